package org.waymark.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Asks as one client after the other, once over UDP and once over TCP, and fails unless each answer is the right one and comes from the
 * address that was asked. Each name is new and says which mark is due.
 */
public final class Questioner {
    private final Lab lab;
    private final Host host;
    private int queries;

    /** Asks from the sockets of this host. */
    public Questioner(Lab lab, Host host) {
        this.lab = lab;
        this.host = host;
    }

    /** Asks over UDP and over TCP. */
    public void ask(InetAddress client, InetSocketAddress server, long markDue) {
        askOverUdp(client, server, markDue);
        askOverTcp(client, server, markDue);
    }

    public void askOverUdp(InetAddress client, InetSocketAddress server, long markDue) {
        byte[] query = next(markDue);
        try (UdpClient socket = UdpClient.from(lab, host, client)) {
            UdpClient.Received answer = socket.ask(query, server);
            check(client, query, answer.bytes());
            if (!answer.from().equals(server)) {
                throw new AssertionError(server + " was asked, " + answer.from() + " answers");
            }
        }
    }

    public void askOverTcp(InetAddress client, InetSocketAddress server, long markDue) {
        byte[] query = next(markDue);
        try (TcpClient connection = TcpClient.connect(lab, host, client, server)) {
            check(client, query, connection.ask(query));
        }
    }

    /** How many queries it has asked so far. */
    public int queries() {
        return queries;
    }

    private byte[] next(long markDue) {
        return Query.of("q" + queries++ + ".m" + markDue + ".example", Query.TXT)
                .bytes(queries);
    }

    private static void check(InetAddress client, byte[] query, byte[] answer) {
        if (!Arrays.equals(Message.answerTo(query), answer)) {
            throw new AssertionError(client + " asks for " + Message.name(query) + " and gets " + Message.name(answer)
                    + ", rcode " + Message.rcode(answer));
        }
    }
}
