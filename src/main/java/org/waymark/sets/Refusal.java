package org.waymark.sets;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A set that takes no addresses: it is told once, and again when it is over, however many answers there are.
 *
 * <p>Only the writer's thread uses it.
 */
final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);

    /** How long such a set is left alone, unless somebody changes it. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long nothing must be refused until it is over: a full set may take some addresses and refuse others. */
    private static final long CALM = TimeUnit.SECONDS.toNanos(10);

    private final SetName name;
    private String why;
    private boolean atWriting;
    private boolean isOn;
    private int generation;
    private long latest;

    Refusal(SetName name) {
        this.name = name;
    }

    /**
     * The set takes no addresses.
     *
     * @param reason why, with the cure
     * @param whileWriting whether it showed when addresses were written
     * @param current the set's generation
     */
    void begin(String reason, boolean whileWriting, int current) {
        tell(reason);
        atWriting = whileWriting;
        generation = current;
        isOn = true;
    }

    /** The set has not taken some addresses, and may take others. */
    void tell(String reason) {
        if (!reason.equals(why)) {
            LOG.error("clients get no answers whose addresses belong there: {}", reason);
        }
        why = reason;
        atWriting = true;
        isOn = false;
        latest = System.nanoTime();
    }

    /** Whether it is too early to try again. */
    boolean lasts(int current, long now) {
        return isOn && generation == current && now - latest < PAUSE;
    }

    /** The set looks as it should. */
    void described() {
        if (why != null && !atWriting) {
            end();
        }
    }

    /** The set has taken addresses. */
    void written() {
        if (why != null && System.nanoTime() - latest > CALM) {
            end();
        }
    }

    private void end() {
        why = null;
        isOn = false;
        LOG.info("the set {} takes addresses again", name);
    }
}
