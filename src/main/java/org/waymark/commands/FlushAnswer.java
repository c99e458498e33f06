package org.waymark.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.upstream.Forgotten;
import org.waymark.worker.Workers;

/** {@code waymark flush}: forgets what was learnt about servers, and closes what is idle. */
public final class FlushAnswer implements Command {
    private final Workers workers;

    /**
     * @param workers those who forget
     */
    public FlushAnswer(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "flush";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        new Arguments(arguments).only();
        Forgotten forgotten = workers.forget();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("sockets_closed", forgotten.sockets());
        answer.put("round_trip_times_forgotten", forgotten.roundTrips());
        answer.put("downs_forgotten", forgotten.downs());
        return answer;
    }
}
