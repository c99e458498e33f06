package org.waymark.local;

import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Reply;
import org.waymark.dns.WireMessage;
import org.waymark.forward.AnswerSource;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/** Answers from own records, hosts files and special-use names. It belongs to one worker, and its names may change. */
public final class OwnAnswers implements AnswerSource {
    private final Counters counters;
    private LocalNames names;

    /**
     * @param names the names that are answered here
     * @param counters the worker's
     */
    public OwnAnswers(LocalNames names, Counters counters) {
        this.names = names;
        this.counters = counters;
    }

    /**
     * @param replacing the names that are answered here from now on
     */
    public void names(LocalNames replacing) {
        names = replacing;
    }

    @Override
    public WireMessage answer(WireMessage query) {
        Reply reply = names.answer(query);
        if (reply == null) {
            return null;
        }
        counters.add(Count.LOCAL_ANSWERS);
        return AnswerWriter.write(query, reply);
    }
}
