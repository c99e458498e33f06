package org.waymark.listener;

import java.util.function.Consumer;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.Query;
import org.waymark.linux.Endpoint;

/** A query that came over a connection: the one that its answer goes to. */
final class StreamQuery extends Query {
    private final ClientConnection connection;

    StreamQuery(ClientConnection connection, int variant, long nowNanos) {
        this.connection = connection;
        payloadLimit(WireMessage.MAX_LENGTH);
        variant(variant);
        arrivedAt(nowNanos);
    }

    @Override
    protected ClientTransport transport() {
        return connection.transport();
    }

    @Override
    protected long clientKey() {
        return connection.peer().subscriber();
    }

    @Override
    protected Endpoint client() {
        return connection.peer();
    }

    @Override
    protected void answer(WireMessage answer, long connectionMark) {
        connection.answer(answer, connectionMark);
    }

    @Override
    protected void part(WireMessage message, long connectionMark, Consumer<Boolean> left) {
        connection.part(message, connectionMark, left);
    }

    @Override
    protected void breakOff() {
        connection.breakOff();
    }
}
