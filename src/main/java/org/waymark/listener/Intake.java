package org.waymark.listener;

import java.nio.ByteBuffer;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Rcode;
import org.waymark.dns.Verdict;
import org.waymark.forward.Forwarder;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * What the listeners of one worker have in common: who may ask, what counts as a query, and where queries go.
 *
 * @param allowed the networks that may ask
 * @param ownQueries recognises what has gone round in a circle
 * @param markAnswers whether answers carry their client's mark
 * @param reader reads one message at a time
 * @param marks tells the marks of clients' connections
 * @param forwarder takes the queries in
 * @param counters the worker's counters
 */
public record Intake(
        Networks allowed,
        OwnQueries ownQueries,
        boolean markAnswers,
        QueryReader reader,
        MarkSource marks,
        Forwarder forwarder,
        Counters counters) {
    private static final byte[] NONE = {};

    /** The mark of the packets of an answer; 0 leaves them unmarked. */
    int answerMark(long connectionMark) {
        return markAnswers && ConnectionMark.isKnown(connectionMark) ? ConnectionMark.value(connectionMark) : 0;
    }

    /** The answer to a message that is to be ignored. */
    static boolean isSilence(byte[] answer) {
        return answer == NONE;
    }

    /**
     * Judges a message; {@link #reader} then tells about it.
     *
     * @return null if it is a query that goes on; otherwise the answer to give at once, or {@link #isSilence}
     */
    byte[] judge(TransportProtocol protocol, ByteBuffer message, int offset, int length, Endpoint peer) {
        Verdict verdict = peer.port() == 0 ? Verdict.SILENCE : reader.read(message, offset, length);
        if (verdict == Verdict.SILENCE) {
            counters.add(Count.SILENTLY_DROPPED);
            return NONE;
        }
        if (ownQueries.cameBack(protocol, peer)) {
            counters.add(Count.LOOPS);
            return AnswerWriter.write(message, offset, length, Rcode.REFUSED, ExtendedError.FORWARDING_LOOP);
        }
        if (!allowed.contains(peer)) {
            counters.add(Count.REFUSED_NETWORK);
            return AnswerWriter.write(message, offset, length, Rcode.REFUSED, ExtendedError.PROHIBITED);
        }
        if (verdict == Verdict.FORMAT_ERROR) {
            counters.add(Count.FORMAT_ERRORS);
            return AnswerWriter.write(message, offset, length, Rcode.FORMERR, null);
        }
        return null;
    }
}
