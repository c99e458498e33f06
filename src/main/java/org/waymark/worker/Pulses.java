package org.waymark.worker;

import java.time.Duration;
import java.util.List;
import org.waymark.forward.InFlight;

/** Whether the loop of each worker turns, and what is in flight. Any thread may call the methods, and none of them waits for a worker. */
public final class Pulses {
    private final List<Pulse> pulses;

    Pulses(List<Pulse> pulses) {
        this.pulses = List.copyOf(pulses);
    }

    /** Asks every worker whether its loop turns. */
    public void feel() {
        pulses.forEach(Pulse::ask);
    }

    /**
     * @return what was in flight in all workers when they answered {@link #feel} latest
     */
    public InFlight inFlight() {
        return pulses.stream().map(Pulse::latest).reduce(new InFlight(0, 0), InFlight::plus);
    }

    /**
     * @return for each worker, how long it has owed an answer to {@link #feel}; zero if it owes none
     */
    public List<Duration> silences() {
        return pulses.stream().map(each -> Duration.ofNanos(each.silentNanos())).toList();
    }
}
