package org.waymark.feed;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.waymark.dns.Question;
import org.waymark.dns.Rcode;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.QueryEnd;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.upstream.UpstreamServer;

/**
 * How a query has ended. It never changes.
 *
 * @param epochMillis when, in milliseconds since 1970
 * @param how how it has ended
 * @param transport what it came over
 * @param client the client's address and port; not to be changed
 * @param question the name and type that were asked for
 * @param connectionMark the mark of the client's connection as {@link ConnectionMark} codes it; null if it was not asked for
 * @param policy the policy of the configuration that applied, counted from 1; 0 if none did
 * @param outgoingMark the mark that it was sent with; null if no server has answered
 * @param server the server that has answered; null if none has
 * @param sourcePort the source port that the server was asked from; 0 if none has answered
 * @param rcode the response code; -1 if there was no answer
 * @param nanos how long after the query was read its answer left, in nanoseconds
 * @param why why it was refused or has failed, in words; null if it was answered
 */
public record QueryEvent(
        long epochMillis,
        QueryEnd.How how,
        ClientTransport transport,
        Endpoint client,
        Question question,
        Long connectionMark,
        int policy,
        Integer outgoingMark,
        UpstreamServer server,
        int sourcePort,
        int rcode,
        long nanos,
        String why) {
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * Copies what a worker uses again.
     *
     * @param end the end of a query
     * @return the same as an event, as of now
     */
    public static QueryEvent of(QueryEnd end) {
        Endpoint client = new Endpoint();
        client.set(end.client());
        return new QueryEvent(
                System.currentTimeMillis(),
                end.how(),
                end.transport(),
                client,
                Question.of(end.message()),
                end.hasReachedPolicy() ? end.connectionMark() : null,
                end.policy(),
                end.wasSent() ? end.outgoingMark() : null,
                end.server() == null ? null : end.server().state().server(),
                end.sourcePort(),
                end.answer() == null ? -1 : end.answer().rcode(),
                end.nanos(),
                end.why());
    }

    /**
     * @return the event for programs, as JSON has it, but for the time; what there is not, is left out
     */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client", client.toString());
        fields.put("transport", transport.name().toLowerCase(Locale.ROOT));
        if (question.isThere()) {
            fields.put("name", question.name());
            fields.put("type", question.type());
        }
        if (connectionMark != null && ConnectionMark.isKnown(connectionMark)) {
            fields.put("mark", connectionMark);
        } else if (connectionMark != null) {
            fields.put("mark_unknown", ConnectionMark.describe(connectionMark));
        }
        if (policy != 0) {
            fields.put("policy", policy);
        }
        if (outgoingMark != null) {
            fields.put("outgoing_mark", Integer.toUnsignedLong(outgoingMark));
        }
        if (server != null) {
            fields.put("server", server.toString());
            fields.put("source_port", sourcePort);
        }
        if (rcode >= 0) {
            fields.put("rcode", Rcode.nameOf(rcode));
        }
        fields.put("ms", Math.round(nanos / NANOS_PER_MICRO) / MICROS_PER_MILLI);
        fields.put("ended", how.name().toLowerCase(Locale.ROOT));
        if (why != null) {
            fields.put("why", why);
        }
        return fields;
    }
}
