package org.waymark.listener;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.waymark.forward.Query;

/** A query that came over TCP: the connection that its answer goes to. */
final class TcpQuery extends Query {
    private static final int MAX_MESSAGE = 0xffff;

    private final TcpConnection connection;

    TcpQuery(TcpConnection connection, int questionEnd) {
        this.connection = connection;
        describe(questionEnd, MAX_MESSAGE);
    }

    @Override
    protected boolean overTcp() {
        return true;
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
    protected void answer(ByteBuffer answer, int offset, int length, long connectionMark) {
        connection.answer(answer, offset, length, connectionMark);
    }

    @Override
    protected void part(ByteBuffer message, int offset, int length, long connectionMark, Consumer<Boolean> left) {
        connection.part(message, offset, length, connectionMark, left);
    }

    @Override
    protected void breakOff() {
        connection.breakOff();
    }
}
