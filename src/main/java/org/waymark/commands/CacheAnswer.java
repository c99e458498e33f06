package org.waymark.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.waymark.cache.AnswerCache;
import org.waymark.cache.Kept;
import org.waymark.config.Configuration;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.metrics.Snapshot;
import org.waymark.worker.Workers;

/** {@code waymark cache}: which answers there are, and how full the cache is. */
public final class CacheAnswer implements Command {
    private static final String LIMIT = "limit";

    private final Workers workers;
    private final Supplier<Configuration> configuration;

    /**
     * @param workers whose cache it is
     * @param configuration tells what is in force
     */
    public CacheAnswer(Workers workers, Supplier<Configuration> configuration) {
        this.workers = workers;
        this.configuration = configuration;
    }

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        Arguments given = new Arguments(arguments);
        List<String> all = new ArrayList<>(KeptFilter.ARGUMENTS);
        all.add(LIMIT);
        given.only(all.toArray(String[]::new));
        Configuration inForce = configuration.get();
        Predicate<Kept> wanted = KeptFilter.from(given, inForce).test(workers.views(), inForce.cache());
        KeptList list = new KeptList(given.rows(LIMIT));
        AnswerCache cache = workers.cache();
        cache.forEach(kept -> {
            if (wanted.test(kept)) {
                list.accept(kept);
            }
        });
        Map<String, Object> answer = CacheFigures.of(cache, Snapshot.of(workers.counters()));
        answer.put("share_mask", Integer.toUnsignedLong(inForce.cache().shareMask()));
        answer.put("found", list.seen());
        answer.put("rows", list.rows(workers.views()));
        return answer;
    }
}
