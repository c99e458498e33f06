package org.waymark.server;

import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Reply;
import org.waymark.dns.WireMessage;
import org.waymark.forward.AnswerSource;
import org.waymark.local.LocalNames;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/** Answers from own records, hosts files and special names, which may change. It belongs to one worker. */
final class OwnAnswers implements AnswerSource {
    private final Counters counters;
    private LocalNames names;

    OwnAnswers(LocalNames names, Counters counters) {
        this.names = names;
        this.counters = counters;
    }

    /** From now on it answers for these names, and for no others. */
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
