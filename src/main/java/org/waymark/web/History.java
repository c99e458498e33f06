package org.waymark.web;

/** What has happened lately, which only the page shows: in the last hour, and by mark. */
final class History {
    private static final int STEPS_OF_A_MINUTE = 60 / LastHour.STEP_SECONDS;

    private final Sight sight;
    private final LastHour hour;
    private final MarkActivity activity;
    private int steps;

    /**
     * @param mostMarks of how many of the busiest marks each minute is kept
     */
    History(Sight sight, int mostMarks) {
        this.sight = sight;
        this.hour = new LastHour(sight.counts());
        this.activity = new MarkActivity(mostMarks);
    }

    /** A step is over; to be called every {@link LastHour#STEP_SECONDS}. */
    void step() {
        hour.step(sight.counts());
        steps++;
        if (steps % STEPS_OF_A_MINUTE == 0) {
            activity.minute(sight.marks().all());
        }
    }

    LastHour hour() {
        return hour;
    }

    MarkActivity activity() {
        return activity;
    }
}
