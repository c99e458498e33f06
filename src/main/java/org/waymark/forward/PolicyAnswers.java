package org.waymark.forward;

import java.util.List;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.DomainName;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.Header;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Rcode;
import org.waymark.dns.Reply;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.names.Action;
import org.waymark.policy.Decision;

/** Answers queries as the policy says, without a server. */
final class PolicyAnswers {
    /** How long clients may keep that there is nothing, in seconds: the policy may say something else soon, as after a login. */
    private static final int NEGATIVE_TTL = 5;

    private final Counters counters;
    private final ClientAnswers answers;

    PolicyAnswers(Counters counters, ClientAnswers answers) {
        this.counters = counters;
        this.answers = answers;
    }

    /**
     * Answers a query that is not to be forwarded, or drops it; false if it goes on all the same. What asks for no name of the Internet, such
     * as a dynamic update, has no answer that could be made up: it is refused.
     */
    boolean answer(Query query, WireMessage message, Decision decision) {
        if (decision.action() != Action.DROP && !asksForName(message)) {
            answers.refuseBy(decision.rule(), query, message);
            return true;
        }
        switch (decision.action()) {
            case NXDOMAIN -> give(query, message, decision, Rcode.NXDOMAIN, List.of());
            case NODATA -> give(query, message, decision, Rcode.NOERROR, List.of());
            case ANSWER -> give(query, message, decision, Rcode.NOERROR, decision.records());
            case DROP -> answers.drop(query, message);
            case TRUNCATE -> {
                if (query.transport().needsTcpUpstream()) {
                    return false;
                }
                counters.add(Count.POLICY_ANSWERS);
                answers.giveOwn(
                        query,
                        message,
                        Truncation.cut(AnswerWriter.write(message, Rcode.NOERROR, null), QueryReader.MIN_PAYLOAD_SIZE));
            }
            case FORWARD, REFUSE -> throw new IllegalArgumentException("not to be answered here: " + decision.action());
        }
        return true;
    }

    private static boolean asksForName(WireMessage message) {
        return message.hasQuestion()
                && message.opcode() == Header.OPCODE_QUERY
                && message.questionClass() == WireMessage.CLASS_IN;
    }

    private void give(Query query, WireMessage message, Decision decision, Rcode rcode, List<ResourceRecord> records) {
        counters.add(Count.POLICY_ANSWERS);
        DomainName name = DomainName.read(message.buffer(), message.namePosition());
        List<Reply.Entry> matching = records.stream()
                .filter(record -> answersType(record, message.questionType()))
                .map(record -> new Reply.Entry(name, record))
                .toList();
        Reply.Entry authority =
                matching.isEmpty() ? new Reply.Entry(name, ResourceRecord.startOfAuthority(name, NEGATIVE_TTL)) : null;
        ExtendedError reason = records.isEmpty() ? decision.rule().reason() : ExtendedError.FORGED_ANSWER;
        answers.giveOwn(query, message, AnswerWriter.write(message, new Reply(rcode, matching, authority), reason));
    }

    private static boolean answersType(ResourceRecord record, int type) {
        return record.type() == type || type == ResourceRecord.ANY || record.type() == ResourceRecord.CNAME;
    }
}
