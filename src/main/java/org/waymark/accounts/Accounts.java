package org.waymark.accounts;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.AccountRule;
import org.waymark.firewall.CountedLeg;
import org.waymark.firewall.CountingSets;
import org.waymark.linux.LinuxException;

/**
 * Keeps the bill. On a thread of its own it reads the kernel's counters every two seconds (more seldom if that takes long), and adds what
 * has come to the sums, which are written to a file once a minute. If Waymark is killed, nothing is lost, because the counters go on and
 * the file says what had been added of them. What came since the last reading is lost if somebody else removes the counters, and what
 * came since the last writing if the host loses its power.
 */
public final class Accounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private static final long INTERVAL_MILLIS = 2_000;

    /** Reading takes at most this part of a processor's time. */
    private static final long SHARE_OF_TIME = 50;

    private static final long WRITE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PATIENCE_SECONDS = 2;
    private static final ThreadMXBean PROCESSOR = ManagementFactory.getThreadMXBean();
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread daemon = new Thread(task, "accounts");
        daemon.setDaemon(true);
        return daemon;
    });
    private final AccountsFile file;
    private final FormerDays formerDays;
    private final Doubts doubts = new Doubts();
    private final Quotas quotas = new Quotas(this::notified);
    private final String boot = boot();
    private Ledger ledger = new Ledger();
    private List<AccountRule> accounts;
    private LocalDate day = today();
    private boolean isChanged;
    private long writtenNanos = System.nanoTime();
    private volatile List<Sum> current = List.of();

    private Accounts(List<AccountRule> accounts, Path folder) {
        // The end does not wait for the next reading.
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.accounts = List.copyOf(accounts);
        this.file = new AccountsFile(folder.resolve("accounts"));
        this.formerDays = new FormerDays(folder.resolve("days"));
    }

    /**
     * Begins to read the counters.
     *
     * @param accounts who has an account; of several that match a mark, the first counts
     * @param folder where sums are kept; it is made if it is not there
     * @return the bill, until it is closed
     */
    public static Accounts start(List<AccountRule> accounts, Path folder) {
        Accounts bill = new Accounts(accounts, folder);
        bill.load();
        bill.thread.execute(bill::readAndGoOn);
        return bill;
    }

    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneId.systemDefault());
    }

    private synchronized void load() {
        ledger.accounts(accounts);
        try {
            day = file.read(ledger, boot);
        } catch (NoSuchFileException e) {
            LOG.debug("there are no sums of accounts yet in {}", file.path());
        } catch (IOException e) {
            setAside(e);
            ledger = new Ledger();
            ledger.accounts(accounts);
        }
        publish();
    }

    private void setAside(IOException problem) {
        Path aside = file.path().resolveSibling("accounts.broken-" + System.currentTimeMillis());
        try {
            Files.move(file.path(), aside);
            LOG.error(
                    "{} is broken: {}. It is {} now, and sums begin anew with what the counters show",
                    file.path(),
                    problem.getMessage(),
                    aside);
        } catch (IOException e) {
            LOG.error("{} can't be read ({}), nor set aside ({})", file.path(), problem.getMessage(), e.getMessage());
        }
    }

    private void readAndGoOn() {
        long start = PROCESSOR.getCurrentThreadCpuTime();
        try {
            read();
        } catch (RuntimeException e) {
            LOG.error("reading the counters of accounts has failed", e);
        }
        long took = TimeUnit.NANOSECONDS.toMillis(PROCESSOR.getCurrentThreadCpuTime() - start);
        long pause = doubts.isUndecided() ? 0 : SHARE_OF_TIME * took;
        if (!thread.isShutdown()) {
            thread.schedule(this::readAndGoOn, Math.max(INTERVAL_MILLIS, pause), TimeUnit.MILLISECONDS);
        }
    }

    /** Reads the counters now. */
    public synchronized void read() {
        beginDay(today());
        List<String> problems = new ArrayList<>();
        boolean isUrgent = false;
        try (CountingSets sets = CountingSets.open()) {
            isUrgent = enter(sets, problems);
            if (!ledger.sets().isEmpty() || !accounts.isEmpty()) {
                problems.addAll(Doubts.passedBy(sets));
            }
        } catch (LinuxException e) {
            problems.add(Doubts.unreadable(e));
        }
        isUrgent |= quotas.check(accounts, ledger, day);
        if (isChanged && (isUrgent || System.nanoTime() - writtenNanos >= WRITE_NANOS)) {
            write();
        }
        doubts.tell(ledger.sets().isEmpty() && accounts.isEmpty() ? List.of() : problems);
        publish();
    }

    /** Enters what all sets show; returns whether one of them is another one than before. */
    private boolean enter(CountingSets sets, List<String> problems) throws LinuxException {
        boolean another = false;
        List<CountedLeg> missing = new ArrayList<>();
        for (CountedLeg leg : CountedLeg.values()) {
            Optional<Reading> reading = Reading.of(sets, leg);
            if (reading.isPresent()) {
                another |= ledger.begin(leg, reading.get().set());
                isChanged |= reading.get().enter(leg, ledger);
                Doubts.full(leg, reading.get().size()).ifPresent(problems::add);
            } else {
                missing.add(leg);
            }
        }
        if (missing.isEmpty()) {
            ledger.end();
        } else {
            problems.add(Doubts.missing(missing));
        }
        isChanged |= another;
        return another;
    }

    private void beginDay(LocalDate today) {
        if (today.equals(day)) {
            return;
        }
        try {
            formerDays.add(day, ledger.balances());
        } catch (IOException e) {
            LOG.error("can't keep what accounts have used on {}: {}", day, e.getMessage());
        }
        ledger.balances().values().forEach(Balance::beginDay);
        day = today;
        isChanged = true;
    }

    private void write() {
        writtenNanos = System.nanoTime();
        try {
            Files.createDirectories(file.path().toAbsolutePath().getParent());
            file.write(ledger, day, boot);
            isChanged = false;
            doubts.isWritten(true, "");
        } catch (IOException e) {
            doubts.isWritten(false, file.path() + ": " + e.getMessage());
        }
    }

    private void publish() {
        current = ledger.sums(key -> ledger.balance(key).total);
    }

    private synchronized void notified(AccountRule account) {
        ledger.balance(Ledger.key(account)).notifiedBytes = Ledger.quotaBytes(account);
        isChanged = true;
        write();
    }

    /**
     * Changes who has an account. What was counted before stays where it is.
     *
     * @param changed all accounts from now on
     */
    public synchronized void adopt(List<AccountRule> changed) {
        accounts = List.copyOf(changed);
        ledger.accounts(accounts);
        publish();
    }

    /**
     * @return the whole bill as of the last reading: accounts in their order, then marks without one
     */
    public List<Sum> current() {
        return current;
    }

    /**
     * @return the bill of some days as of the last reading, without quotas
     * @param first the first of these days
     * @throws IOException if days that have ended can't be read; the message is for people
     */
    public synchronized List<Sum> since(LocalDate first) throws IOException {
        Map<String, long[]> days = formerDays.since(first);
        Map<String, long[]> counts = new HashMap<>();
        ledger.balances().forEach((key, balance) -> {
            long[] sum = days.getOrDefault(key, new long[Balance.COUNTS]);
            for (int i = 0; i < sum.length && !day.isBefore(first); i++) {
                sum[i] += balance.today[i];
            }
            counts.put(key, sum);
        });
        return ledger.sums(counts::get).stream().map(Sum::withoutQuota).toList();
    }

    /**
     * Begins the sum of an account anew, for the next one who gets its mark. What was used on each day stays.
     *
     * @param name the name of the account
     * @return what it had used until now; empty if there is no such account
     */
    public synchronized List<Sum> beginAnew(String name) {
        read();
        List<Sum> ended =
                current.stream().filter(sum -> sum.name().equals(name)).toList();
        for (AccountRule account : accounts) {
            if (account.name().equals(name)) {
                ledger.balance(Ledger.key(account)).beginAnew();
                quotas.beginAnew(account);
            }
        }
        if (!ended.isEmpty()) {
            write();
            publish();
        }
        return ended;
    }

    /**
     * @return what an operator should know about the sums, as of the last reading: sentences for people; empty if all is well
     */
    public List<String> warnings() {
        return doubts.present();
    }

    /** Reads and writes a last time. */
    @Override
    public void close() {
        thread.shutdown();
        quotas.close();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        read();
        synchronized (this) {
            if (isChanged) {
                write();
            }
        }
    }
}
