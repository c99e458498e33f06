package org.waymark.listener;

import java.util.function.Predicate;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.MessageForm;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Rcode;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.Forwarder;
import org.waymark.forward.QueryEndings;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.marks.MarkSource;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * What the listeners of one worker have in common: who may ask, what counts as a query, and where queries go.
 *
 * @param allowed tells which clients may ask now
 * @param ownQueries recognises what has gone round in a circle
 * @param markAnswers whether answers carry their client's mark
 * @param reader reads one message at a time
 * @param marks tells the marks of clients' connections
 * @param forwarder takes the queries in
 * @param endings learns of the queries that are refused here
 * @param counters the worker's counters
 */
public record QueryGate(
        Predicate<Endpoint> allowed,
        LoopDetector ownQueries,
        boolean markAnswers,
        QueryReader reader,
        MarkSource marks,
        Forwarder forwarder,
        QueryEndings endings,
        Counters counters) {
    private static final WireMessage NONE = WireMessage.of(new byte[0]);

    /** The mark of the packets of an answer; 0 leaves them unmarked. */
    int answerMark(long connectionMark) {
        return markAnswers && ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) : 0;
    }

    /** The answer to a message that is to be ignored. */
    static boolean isSilence(WireMessage answer) {
        return answer == NONE;
    }

    /** A message has come in. */
    void count(ClientTransport transport, Endpoint peer) {
        counters.add(transport.queriesFrom(peer));
        counters.clients().add(peer.high(), peer.low());
    }

    /**
     * Judges a message; {@link #reader} then tells about it.
     *
     * @return null if it is a query that goes on; otherwise the answer to give at once, or {@link #isSilence}
     */
    WireMessage judge(ClientTransport transport, WireMessage message, Endpoint peer) {
        MessageForm verdict = peer.port() == 0 ? MessageForm.SILENCE : reader.read(message);
        if (verdict == MessageForm.SILENCE) {
            counters.add(Count.SILENTLY_DROPPED);
            return NONE;
        }
        if (ownQueries.cameBack(transport, peer)) {
            counters.add(Count.LOOPS);
            return refuse(transport, message, peer, ExtendedError.FORWARDING_LOOP, "it is Waymark's own, come back");
        }
        if (!allowed.test(peer)) {
            counters.add(Count.REFUSED_NETWORK, () -> transport.describe(peer) + ": listen.allow-from");
            return refuse(transport, message, peer, ExtendedError.PROHIBITED, "listen.allow-from");
        }
        if (verdict == MessageForm.FORMAT_ERROR) {
            counters.add(Count.FORMAT_ERRORS);
            WireMessage answer = AnswerWriter.write(message, Rcode.FORMERR, null);
            endings.notTaken(transport, peer, message, answer, "malformed");
            return answer;
        }
        return null;
    }

    private WireMessage refuse(
            ClientTransport transport, WireMessage message, Endpoint peer, ExtendedError error, String cause) {
        WireMessage answer = AnswerWriter.write(message, Rcode.REFUSED, error);
        endings.notTaken(transport, peer, message, answer, "refused: " + cause);
        return answer;
    }
}
