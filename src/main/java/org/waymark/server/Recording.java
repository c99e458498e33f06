package org.waymark.server;

import java.util.Optional;
import java.util.function.Consumer;
import org.waymark.config.TapTarget;
import org.waymark.dnstap.Tap;
import org.waymark.linux.Sysctl;

/** Records queries and answers where the configuration says so, if it does. All methods must be called by one thread at a time. */
final class Recording implements AutoCloseable {
    private final Consumer<Tap> workers;
    private final int count;
    private final String version;
    private Optional<TapTarget> target = Optional.empty();
    private Tap tap;

    /**
     * @param workers gives all workers a tap; null takes it from them
     * @param count how many workers there are
     * @param version what runs here
     */
    Recording(Consumer<Tap> workers, int count, String version) {
        this.workers = workers;
        this.count = count;
        this.version = version;
    }

    /**
     * Records to a target from now on, or no more. A recording that goes on is not touched; one whose file has been moved away begins anew.
     */
    void adopt(Optional<TapTarget> wanted) {
        if (wanted.equals(target) && (tap == null || tap.isIntact())) {
            return;
        }
        Tap former = tap;
        target = wanted;
        tap = wanted.map(this::open).orElse(null);
        workers.accept(tap);
        if (former != null) {
            former.close();
        }
    }

    private Tap open(TapTarget wanted) {
        return Tap.open(wanted, count, Sysctl.read("kernel.hostname").orElse("localhost"), version);
    }

    /** Writes what waits, for half a second at most, and ends the recording. */
    @Override
    public void close() {
        if (tap != null) {
            tap.close();
        }
    }
}
