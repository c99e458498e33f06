package org.waymark.server;

import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Reply;
import org.waymark.dns.WireMessage;
import org.waymark.forward.AnswerSource;
import org.waymark.local.LocalNames;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/** Answers from own records, hosts files and special-use names. It belongs to one worker, and its names may change. */
final class OwnAnswers implements AnswerSource {
    private final Counters counters;
    private LocalNames names;

    OwnAnswers(LocalNames names, Counters counters) {
        this.names = names;
        this.counters = counters;
    }

    /** Replaces the names that are answered here. */
    void names(LocalNames replacing) {
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
