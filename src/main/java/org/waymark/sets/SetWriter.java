package org.waymark.sets;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.metrics.Counters;

/**
 * The only thread that changes sets: it takes all that waits, and makes few transactions of it. Nobody else waits for the kernel with it.
 */
final class SetWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SetWriter.class);

    /** The most answers that may wait; each does so for 50 ms at most, but while the kernel is busy nobody takes them from here. */
    private static final int MOST_TASKS = 50_000;

    /** The most that one transaction is made of; the others are for the next one. */
    private static final int MOST_AT_ONCE = 1_000;

    private static final long IDLE_MILLIS = 1_000;
    private static final long AWAITED_MILLIS = 20;
    private static final long END_MILLIS = 1_000;

    private final NftSets nft;
    private final Counters counters = new Counters();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>(MOST_TASKS);
    private final Map<ServedSet, SetWork> works = new HashMap<>();
    private final ElementWriter elements;
    private final Thread thread = new Thread(this::run, "sets");
    private volatile boolean open = true;

    /**
     * @param nft is closed with this
     */
    SetWriter(NftSets nft) {
        this.nft = nft;
        this.elements = new ElementWriter(nft, this::taken, counters);
        thread.setDaemon(true);
        thread.start();
    }

    Counters counters() {
        return counters;
    }

    /** Sees to it that sets get what an answer needs of them. If too much waits already, the answer's time will just pass. */
    void claim(Collection<ServedSet> sets, Addition addition, HeldAnswer held) {
        tasks.offer(() -> sets.forEach(set -> work(set).claim(addition, held)));
    }

    /** Sees to it that a set gets a key again. */
    void lose(ServedSet set, Key key) {
        if (!tasks.offer(() -> work(set).lose(key))) {
            set.changed();
        }
    }

    /** Serves exactly these sets from now on, and looks at those that are new or have been changed. */
    void serve(Collection<ServedSet> sets) {
        tasks.offer(() -> {
            works.keySet().retainAll(sets);
            sets.forEach(this::work);
        });
    }

    /** Looks again at sets that have been changed. */
    void wake() {
        tasks.offer(() -> {});
    }

    private SetWork work(ServedSet set) {
        return works.computeIfAbsent(set, added -> new SetWork(added, nft, elements));
    }

    private int taken() {
        return works.keySet().stream().mapToInt(set -> set.elements().size()).sum();
    }

    private void run() {
        boolean more = false;
        while (open) {
            try {
                take(more);
                more = false;
                for (SetWork work : works.values()) {
                    more |= work.turn();
                }
            } catch (InterruptedException e) {
                open = false;
            } catch (RuntimeException e) {
                LOG.error("addresses could not be put into sets", e);
            }
        }
        nft.close();
    }

    private void take(boolean more) throws InterruptedException {
        Runnable task = more ? tasks.poll() : tasks.poll(patience(), TimeUnit.MILLISECONDS);
        for (int i = 0; task != null; i++) {
            task.run();
            task = i < MOST_AT_ONCE ? tasks.poll() : null;
        }
    }

    private long patience() {
        return works.values().stream().anyMatch(SetWork::isAwaited) ? AWAITED_MILLIS : IDLE_MILLIS;
    }

    @Override
    public void close() {
        open = false;
        wake();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
