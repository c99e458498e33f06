package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A client's UDP socket on one address and a port of its own: sends any bytes and takes what comes from anywhere. */
public final class UdpClient implements AutoCloseable {
    private static final Duration PATIENCE = Waiting.PATIENCE;

    private final DatagramSocket socket;

    /** A message and the address that it came from. */
    public record Received(byte[] bytes, InetSocketAddress from) {}

    private UdpClient(DatagramSocket socket) {
        this.socket = socket;
    }

    public static UdpClient from(Lab lab, InetAddress address) {
        return from(lab, Host.CLIENT, address);
    }

    /** A socket of another host than the client. */
    public static UdpClient from(Lab lab, Host host, InetAddress address) {
        return from(lab, host, new InetSocketAddress(address, 0));
    }

    /** A socket of any host on a port that is given. */
    public static UdpClient from(Lab lab, Host host, InetSocketAddress local) {
        return new UdpClient(lab.in(host, () -> new DatagramSocket(local)));
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public void send(byte[] message, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(message, message.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message, or empty if none comes in this time. */
    public Optional<Received> receive(Duration patience) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(new Received(
                Arrays.copyOf(packet.getData(), packet.getLength()), (InetSocketAddress) packet.getSocketAddress()));
    }

    /** Sends a query and returns what comes back. */
    public Received ask(byte[] query, InetSocketAddress to) {
        send(query, to);
        return receive(PATIENCE).orElseThrow(() -> new AssertionError("no answer from " + to));
    }

    @Override
    public void close() {
        socket.close();
    }
}
