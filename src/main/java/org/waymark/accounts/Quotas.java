package org.waymark.accounts;

import java.io.IOException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.AccountRule;

/**
 * Tells once that an account has reached its quota: the log, and whom the account names, on a thread of its own. If that fails, it is
 * tried again a few times, and after the next start.
 */
final class Quotas implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    /** How long to wait before each further try. */
    static final List<Integer> PAUSES_SECONDS = List.of(2, 10, 60, 300);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "quotas");
        daemon.setDaemon(true);
        return daemon;
    });
    private final Consumer<AccountRule> notified;
    private final Set<String> underway = new HashSet<>();

    /** @param notified is called on another thread when an account's command or web server has been told */
    Quotas(Consumer<AccountRule> notified) {
        this.notified = notified;
    }

    /**
     * Looks whether accounts have reached their quotas.
     *
     * @return whether one has that had not before
     */
    boolean check(List<AccountRule> accounts, Ledger ledger, LocalDate today) {
        boolean news = false;
        for (AccountRule account : accounts) {
            Balance balance = ledger.balance(Ledger.key(account));
            long used = Legs.of(balance.total).internet().bytes();
            if (Ledger.quotaBytes(account) == 0 || used < Ledger.quotaBytes(account)) {
                continue;
            }
            if (balance.reachedBytes < Ledger.quotaBytes(account)) {
                balance.reachedBytes = Ledger.quotaBytes(account);
                balance.reachedOn = today;
                news = true;
                LOG.warn(
                        "account {} (mark {}) has reached its quota of {} bytes: it has used {}",
                        account.name(),
                        account.mark(),
                        Ledger.quotaBytes(account),
                        used);
            }
            boolean isDue = balance.notifiedBytes < Ledger.quotaBytes(account)
                    && account.notified().isPresent();
            if (isDue && underway.add(errand(account))) {
                Notification notification =
                        new Notification(account.name(), Ledger.key(account), Ledger.quotaBytes(account), used);
                thread.execute(() -> tell(account, notification, 0));
            }
        }
        return news;
    }

    private static String errand(AccountRule account) {
        return Ledger.key(account) + " " + Ledger.quotaBytes(account);
    }

    /** Lets an account reach its quota again. */
    void beginAnew(AccountRule account) {
        underway.remove(errand(account));
    }

    private void tell(AccountRule account, Notification notification, int tries) {
        String target = account.notified().orElseThrow();
        try {
            notification.send(target);
            notified.accept(account);
        } catch (IOException | IllegalArgumentException e) {
            boolean goesOn = tries < PAUSES_SECONDS.size();
            LOG.warn(
                    "can't tell {} that account {} has reached its quota: {}; {}",
                    target,
                    account.name(),
                    e.getMessage(),
                    goesOn ? "tries again in " + PAUSES_SECONDS.get(tries) + " s" : "gives up until the next start");
            if (goesOn && !thread.isShutdown()) {
                thread.schedule(
                        () -> tell(account, notification, tries + 1), PAUSES_SECONDS.get(tries), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
