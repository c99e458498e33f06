package org.waymark.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A client's connection to the gateway over UDP or TCP, which conntrack sees as one for as long as it is open. */
interface OpenConnection extends AutoCloseable {
    /** Opens one from a port of its own. */
    static OpenConnection open(Lab lab, boolean tcp, InetAddress client, InetSocketAddress gateway) {
        return tcp
                ? new OverTcp(TcpClient.connect(lab, client, gateway))
                : new OverUdp(UdpClient.from(lab, client), gateway);
    }

    InetSocketAddress localAddress();

    /** Sends a message. */
    void send(byte[] message);

    /** Sends bytes as they are. */
    void write(byte[] bytes);

    /** The next message, or empty if none comes in this time. */
    Optional<byte[]> receive(Duration patience);

    @Override
    void close();

    /** A socket that sends to the gateway only. */
    record OverUdp(UdpClient socket, InetSocketAddress gateway) implements OpenConnection {
        @Override
        public InetSocketAddress localAddress() {
            return socket.localAddress();
        }

        @Override
        public void send(byte[] message) {
            socket.send(message, gateway);
        }

        @Override
        public void write(byte[] bytes) {
            socket.send(bytes, gateway);
        }

        @Override
        public Optional<byte[]> receive(Duration patience) {
            return socket.receive(patience).map(UdpClient.Received::bytes);
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** Messages with their lengths before them. */
    record OverTcp(TcpClient client) implements OpenConnection {
        @Override
        public InetSocketAddress localAddress() {
            return client.localAddress();
        }

        @Override
        public void send(byte[] message) {
            client.send(message);
        }

        @Override
        public void write(byte[] bytes) {
            client.write(bytes);
        }

        @Override
        public Optional<byte[]> receive(Duration patience) {
            return client.receive(patience);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
