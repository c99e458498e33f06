package org.waymark.listener;

import java.util.function.Consumer;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.Query;

/** A query that came over a connection: the one that its answer goes to. */
final class StreamQuery extends Query {
    private static final int MAX_MESSAGE = 0xffff;

    private final ClientConnection connection;

    StreamQuery(ClientConnection connection) {
        this.connection = connection;
        payloadLimit(MAX_MESSAGE);
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
    public String client() {
        return connection.toString();
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
