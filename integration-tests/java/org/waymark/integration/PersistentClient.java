package org.waymark.integration;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.waymark.lab.Lab;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** A client that goes on asking, on another connection when the one it had was closed. */
final class PersistentClient implements AutoCloseable {
    private final Lab lab;
    private final InetAddress client;
    private final InetSocketAddress server;
    private final boolean overTcp;
    private final UdpClient udp;
    private TcpClient tcp;

    PersistentClient(Lab lab, InetAddress client, InetSocketAddress server, boolean overTcp) {
        this.lab = lab;
        this.client = client;
        this.server = server;
        this.overTcp = overTcp;
        this.udp = UdpClient.from(lab, client);
        this.tcp = TcpClient.connect(lab, client, server);
    }

    /** What comes back; empty if the connection is closed instead. */
    Optional<byte[]> ask(byte[] query) {
        if (!overTcp) {
            return Optional.of(udp.ask(query, server).bytes());
        }
        Optional<byte[]> answer = tcp.askIfOpen(query);
        if (answer.isEmpty()) {
            tcp.close();
            tcp = TcpClient.connect(lab, client, server);
        }
        return answer;
    }

    @Override
    public void close() {
        udp.close();
        tcp.close();
    }
}
