package org.waymark.forward;

/**
 * What is due when: a hashed timing wheel (Varghese and Lauck, 1987, scheme 6). Starting and stopping a timer costs the same
 * however many run, and nothing is allocated, which matters for a timer that every query starts and nearly every one stops.
 * Timers go off up to one tick late, never early.
 */
final class Deadlines {
    static final long TICK_NANOS = 10_000_000;

    private static final int SLOTS = 512;

    /** A timer, made once for many uses. A timer that runs is linked into the ring of its slot. */
    static final class Timer {
        private final Runnable action;
        private long dueTick;
        private Timer previous;
        private Timer next;

        /**
         * @param action what to do when the time has come; the timer does not run any more then, and may be started again
         */
        Timer(Runnable action) {
            this.action = action;
        }

        /** The head of a ring, itself never due. */
        private static Timer ring() {
            Timer head = new Timer(null);
            head.previous = head;
            head.next = head;
            return head;
        }

        private void linkBefore(Timer head) {
            next = head;
            previous = head.previous;
            previous.next = this;
            head.previous = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = null;
            next = null;
        }
    }

    private final Timer[] slots = new Timer[SLOTS];

    /** The timers of the slot that is being worked off. */
    private final Timer batch = Timer.ring();

    private long currentTick;
    private int running;

    Deadlines(long nowNanos) {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = Timer.ring();
        }
        currentTick = tick(nowNanos);
    }

    private static long tick(long nanos) {
        return Math.floorDiv(nanos, TICK_NANOS);
    }

    private Timer slot(long tick) {
        return slots[(int) Math.floorMod(tick, (long) SLOTS)];
    }

    /** Whether no timer runs. */
    boolean isIdle() {
        return running == 0;
    }

    /** Starts a timer that is not running. */
    void start(Timer timer, long nowNanos, long delayNanos) {
        timer.dueTick = Math.max(tick(nowNanos + delayNanos), currentTick) + 1;
        timer.linkBefore(slot(timer.dueTick));
        running++;
    }

    /** Stops a timer; does nothing if it is not running. */
    void stop(Timer timer) {
        if (timer.next != null) {
            timer.unlink();
            running--;
        }
    }

    /** Lets time pass: every timer that is due by now expires. */
    void advance(long nowNanos) {
        long nowTick = tick(nowNanos);
        // After a long pause each slot is worked off once, no matter how many rounds were missed.
        currentTick = Math.max(currentTick, nowTick - SLOTS);
        while (currentTick < nowTick) {
            currentTick++;
            workOff(slot(currentTick), nowTick);
        }
    }

    /** Expires every timer, due or not. */
    void expireAll() {
        for (Timer slot : slots) {
            workOff(slot, Long.MAX_VALUE);
        }
    }

    /** A timer that expires may stop or start any other: so each is taken from the front of what is left. */
    private void workOff(Timer slot, long nowTick) {
        while (slot.next != slot) {
            Timer timer = slot.next;
            timer.unlink();
            timer.linkBefore(batch);
        }
        while (batch.next != batch) {
            Timer timer = batch.next;
            timer.unlink();
            if (timer.dueTick <= nowTick) {
                running--;
                timer.action.run();
            } else {
                timer.linkBefore(slot);
            }
        }
    }
}
