package org.waymark.upstream;

import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;
import org.waymark.loop.NettyLoop;
import org.waymark.loop.Readable;

/** A UDP socket of the kernel's, read and written in batches that the worker's sockets share. */
final class KernelUdpSocket implements UdpSocket {
    private final NettyLoop loop;
    private final Socket socket;
    private final ReceiveBatch received;
    private final SendBatch toSend;
    private final WireMessage answer = new WireMessage();
    private Readable readable;
    private DatagramEvents events;

    KernelUdpSocket(NettyLoop loop, Socket socket, ReceiveBatch received, SendBatch toSend) {
        this.loop = loop;
        this.socket = socket;
        this.received = received;
        this.toSend = toSend;
    }

    @Override
    public void bind(Endpoint local) throws LinuxException {
        socket.bind(local);
    }

    @Override
    public void connect(Endpoint server) throws LinuxException {
        socket.connect(server);
    }

    @Override
    public Endpoint local() throws LinuxException {
        return socket.local();
    }

    @Override
    public void watch(DatagramEvents events) throws LinuxException {
        this.events = events;
        readable = new Readable(loop, socket, this::receive);
    }

    private void receive() {
        try {
            int count = received.receive(socket);
            long now = loop.nanoTime();
            for (int i = 0; i < count; i++) {
                events.received(answer.at(received.payloads(), received.offset(i), received.length(i)), now);
            }
        } catch (LinuxException e) {
            events.failed(e.errno());
        }
    }

    @Override
    public void unwatch() {
        readable.stop();
    }

    @Override
    public boolean add(WireMessage message) {
        toSend.add(message.buffer(), message.offset(), message.length());
        return toSend.isFull();
    }

    @Override
    public void send() {
        toSend.send(socket, events::notSent);
    }

    @Override
    public void close() {
        socket.close();
    }
}
