package org.waymark.upstream;

import java.util.concurrent.TimeUnit;
import org.waymark.dns.WireMessage;

/** A copy of a query that goes to a server to see how it does. Nobody waits for the answer; its coming is the answer. */
final class Probe extends UpstreamQuery {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private Probe(UpstreamQuery original) {
        question(original.message(), original.mark());
    }

    static void send(
            UpstreamSockets upstreams,
            WorkerResources resources,
            UpstreamSocket socket,
            UpstreamQuery original,
            long nowNanos) {
        Probe probe = new Probe(original);
        upstreams.send(socket, probe, nowNanos);
        resources.loop().schedule(() -> upstreams.timedOut(probe), PATIENCE_NANOS);
    }

    @Override
    protected void answered(WireMessage answer) {
        // The socket has told the server's health.
    }

    @Override
    protected void failed(Failure failure) {
        // So it is still down.
    }
}
