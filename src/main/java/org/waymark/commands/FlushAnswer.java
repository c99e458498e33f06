package org.waymark.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.waymark.config.Configuration;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.upstream.Forgotten;
import org.waymark.worker.Workers;

/**
 * {@code waymark flush}: removes answers from the cache; if all of them are meant, it also forgets what was learnt about servers, and closes
 * what is idle.
 */
public final class FlushAnswer implements Command {
    private final Workers workers;
    private final Supplier<Configuration> configuration;

    /**
     * @param workers those who forget
     * @param configuration tells what is in force
     */
    public FlushAnswer(Workers workers, Supplier<Configuration> configuration) {
        this.workers = workers;
        this.configuration = configuration;
    }

    @Override
    public String name() {
        return "flush";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        Arguments given = new Arguments(arguments);
        given.only(KeptFilter.ARGUMENTS.toArray(String[]::new));
        Configuration inForce = configuration.get();
        KeptFilter filter = KeptFilter.from(given, inForce);
        Map<String, Object> answer = new LinkedHashMap<>();
        if (filter.isEverything()) {
            answer.put("answers_removed", workers.cache().remove(kept -> true));
            add(answer, workers.forget());
        } else {
            answer.put("answers_removed", workers.cache().remove(filter.test(workers.views(), inForce.cache())));
        }
        return answer;
    }

    private static void add(Map<String, Object> answer, Forgotten forgotten) {
        answer.put("sockets_closed", forgotten.sockets());
        answer.put("round_trip_times_forgotten", forgotten.roundTrips());
        answer.put("downs_forgotten", forgotten.downs());
    }
}
