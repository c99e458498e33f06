package org.waymark.dnstap;

import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.QueryEnd;
import org.waymark.forward.QueryObserver;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.upstream.QuestionObserver;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.UpstreamQuery;

/**
 * Records everything that passes one worker, on the worker's thread, while there is a tap. Queries of clients are recorded when they end,
 * because only then all of their marks are known.
 */
public final class Recorder implements QueryObserver, QuestionObserver {
    private final Counters counters;
    private final WallClock clock = new WallClock();
    private final Extra extra = new Extra();
    private FrameEncoder encoder;

    /** Null while there is no tap. */
    private FrameRing ring;

    /**
     * @param counters the worker's
     */
    public Recorder(Counters counters) {
        this.counters = counters;
    }

    /**
     * @param tap where everything is written from now on; null if nowhere
     */
    public void to(Tap tap) {
        ring = tap == null ? null : tap.newRing();
        encoder = tap == null ? null : tap.newEncoder();
    }

    @Override
    public boolean isOn() {
        return ring != null;
    }

    @Override
    public void ended(QueryEnd end) {
        long cameAt = clock.epochNanos(end.arrivedAt());
        describe(end);
        begin(MessageKind.CLIENT_QUERY, end, cameAt);
        encoder.query(end.message());
        write();
        if (end.answer() != null) {
            begin(MessageKind.CLIENT_RESPONSE, end, cameAt);
            encoder.responseTime(cameAt + end.nanos());
            encoder.response(end.answer());
            write();
        }
    }

    private void describe(QueryEnd end) {
        extra.clear();
        if (end.hasReachedPolicy()) {
            extra.mark(end.connectionMark());
        }
        if (end.wasSent()) {
            extra.outgoingMark(end.outgoingMark());
        }
        if (end.policy() != 0) {
            extra.policy(end.policy());
        }
    }

    private void begin(MessageKind kind, QueryEnd end, long cameAt) {
        encoder.begin(kind, protocolOf(end.transport()), end.client().isIpv4());
        encoder.asker(end.client());
        encoder.queryTime(cameAt);
    }

    private static Protocol protocolOf(ClientTransport transport) {
        return switch (transport) {
            case UDP -> Protocol.UDP;
            case TCP -> Protocol.TCP;
        };
    }

    @Override
    public void asked(ServerState server, boolean overTcp, UpstreamQuery question) {
        begin(MessageKind.FORWARDER_QUERY, server, overTcp, question);
        encoder.query(question.message());
        write();
    }

    @Override
    public void answered(ServerState server, boolean overTcp, UpstreamQuery question, WireMessage answer) {
        begin(MessageKind.FORWARDER_RESPONSE, server, overTcp, question);
        encoder.responseTime(clock.epochNanos(question.answeredAt()));
        encoder.response(answer);
        write();
    }

    private void begin(MessageKind kind, ServerState server, boolean overTcp, UpstreamQuery question) {
        extra.clear().outgoingMark(question.mark());
        Protocol protocol = server.server().tls() != null ? Protocol.TLS : overTcp ? Protocol.TCP : Protocol.UDP;
        encoder.begin(kind, protocol, server.endpoint().isIpv4());
        encoder.askerPort(question.sourcePort());
        encoder.asked(server.endpoint());
        encoder.queryTime(clock.epochNanos(question.sentAt()));
    }

    private void write() {
        if (!ring.add(encoder.end(extra.text()))) {
            counters.add(Count.DNSTAP_LOST);
        }
    }
}
