package org.waymark.simulation;

import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.Query;
import org.waymark.linux.Endpoint;

/** A client's query, and what has happened to it. */
final class Asked extends Query {
    private final byte[] message;
    private final boolean overTcp;
    private final int client;
    private final long dueAt;
    private final Expected expected;
    private boolean isAnswered;
    private boolean byServer;

    /**
     * @param askedAt when the client asks
     * @param dueAt when it must be answered at the latest
     * @param expected which answers of servers it may get
     */
    Asked(byte[] message, boolean overTcp, int client, long askedAt, long dueAt, Expected expected) {
        this.message = message;
        this.overTcp = overTcp;
        this.client = client;
        this.dueAt = dueAt;
        this.expected = expected;
        arrivedAt(askedAt);
        payloadLimit(overTcp ? 0xffff : 512);
        variant(Questions.variant(message));
    }

    byte[] message() {
        return message;
    }

    Expected expected() {
        return expected;
    }

    boolean isAnswered() {
        return isAnswered;
    }

    /** Whether a server has answered, even with a failure, and not Waymark because it has given up. */
    boolean isAnsweredByServer() {
        return isAnswered && byServer;
    }

    void checkTime(long now) {
        Promise.hold(isAnswered || now - dueAt <= 0, "a query is not answered in time: %s", describe());
    }

    /** Says for people what was asked. */
    String describe() {
        return this + " asks " + Questions.name(message);
    }

    @Override
    protected ClientTransport transport() {
        return overTcp ? ClientTransport.TCP : ClientTransport.UDP;
    }

    @Override
    protected long clientKey() {
        return client;
    }

    @Override
    protected Endpoint client() {
        Endpoint address = new Endpoint();
        address.setIpv4(client, 1024);
        return address;
    }

    @Override
    protected void answer(WireMessage answer, long connectionMark) {
        Promise.hold(!isAnswered, "a query is answered twice: %s", describe());
        Promise.hold(answer.id() == WireMessage.of(message).id(), "an answer has another id");
        expected.check(message, answer.bytes());
        isAnswered = true;
        byServer = (answer.bytes()[2] & 0x04) != 0;
    }

    @Override
    protected void breakOff() {
        throw new AssertionError("a query is left without an answer: " + describe());
    }
}
