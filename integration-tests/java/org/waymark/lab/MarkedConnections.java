package org.waymark.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/**
 * A connection of each of some {@link MarkedClients} to the gateway, over UDP or TCP, which stays open from question to question while
 * its mark changes. Marks are given as a function of the client's number, from 1 on; each question's name tells the one that is due.
 */
public final class MarkedConnections implements AutoCloseable {
    private static final Duration PATIENCE = Waiting.PATIENCE;
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();

    private final Lab lab;
    private final boolean tcp;
    private final List<OpenConnection> connections = new ArrayList<>();

    private interface Action {
        void on(int client, OpenConnection connection);
    }

    private MarkedConnections(Lab lab, boolean tcp) {
        this.lab = lab;
        this.tcp = tcp;
    }

    /** Opens them over IPv4. */
    public static MarkedConnections open(Lab lab, boolean tcp, MarkedClients clients) {
        MarkedConnections opened = new MarkedConnections(lab, tcp);
        clients.addresses(Family.IPV4)
                .forEach(client -> opened.connections.add(OpenConnection.open(lab, tcp, client, GATEWAY)));
        return opened;
    }

    /** How many there are. */
    public int size() {
        return connections.size();
    }

    /** Every client asks a question. */
    public void send(String name, IntToLongFunction due) {
        forEach((client, connection) -> connection.send(query(name, client, due)));
    }

    /** Every client writes, over TCP, a part of what {@link #send} sends. */
    public void write(String name, IntToLongFunction due, int from, int to) {
        forEach((client, connection) -> {
            byte[] frame = TcpClient.frame(query(name, client, due));
            connection.write(Arrays.copyOfRange(frame, from, Math.min(to, frame.length)));
        });
    }

    /** Every client receives the answer to a question, or this fails. */
    public void receive(String name, IntToLongFunction due) {
        forEach((client, connection) -> {
            byte[] answer = connection.receive(PATIENCE).orElseThrow(() -> new AssertionError("no answer: " + name));
            if (!Arrays.equals(Message.answerTo(query(name, client, due)), answer)) {
                throw new AssertionError("client " + client + " gets " + Message.name(answer));
            }
        });
    }

    /** Sets the marks in conntrack, one after the other, as a portal does. */
    public void mark(IntToLongFunction marks) {
        StringBuilder script = new StringBuilder();
        forEach((client, connection) -> script.append("conntrack -U -p %s -s %s --sport %d --dport 53 -m %d\n"
                .formatted(
                        tcp ? "tcp" : "udp",
                        connection.localAddress().getAddress().getHostAddress(),
                        connection.localAddress().getPort(),
                        marks.applyAsLong(client))));
        lab.shell(Host.GATEWAY, script.toString());
    }

    /** Those which do not have these marks in conntrack, in words. */
    public List<String> withoutMark(IntToLongFunction marks) {
        List<String> without = new ArrayList<>();
        Conntrack conntrack = lab.conntrack();
        forEach((client, connection) -> {
            OptionalLong mark = conntrack.markOf(tcp, connection.localAddress(), GATEWAY);
            if (!mark.equals(OptionalLong.of(marks.applyAsLong(client)))) {
                without.add("the connection of client " + client + " has " + mark);
            }
        });
        return without;
    }

    @Override
    public void close() {
        connections.forEach(OpenConnection::close);
    }

    private static byte[] query(String name, int client, IntToLongFunction due) {
        return Query.of(name + ".c" + client + ".m" + due.applyAsLong(client) + ".example", Query.TXT)
                .bytes(client);
    }

    private void forEach(Action action) {
        for (int client = 1; client <= connections.size(); client++) {
            action.on(client, connections.get(client - 1));
        }
    }
}
