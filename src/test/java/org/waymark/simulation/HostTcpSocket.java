package org.waymark.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.upstream.TcpSocket;
import org.waymark.upstream.TlsClient;

/** A TCP connection of a {@link Host}. */
final class HostTcpSocket extends HostSocket implements TcpSocket {
    private static final long TIME_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<byte[]> written = new ArrayList<>();
    private final List<byte[]> unread = new ArrayList<>();
    private Endpoint server;
    private ConnectionEvents events;
    private boolean wanted = true;
    private boolean isReady;

    /** The life of the server that it is connected to: after a restart the server knows nothing of the connection. */
    private int life;

    HostTcpSocket(Host host, int mark) {
        super(host, TransportProtocol.TCP, mark);
    }

    @Override
    public void bind(Endpoint local) throws LinuxException {
        bindTo(local);
    }

    @Override
    public void receiveBuffer(int bytes) {
        stillOpen();
    }

    @Override
    public void connect(Endpoint server, TlsClient tls, ConnectionEvents events) {
        stillOpen();
        this.server = server;
        this.events = events;
        if (host.happens(host.faults().notWatched)) {
            closeNow(0);
            return;
        }
        track(server);
        host.internet().connect(server, mark, this::established, this::refused);
    }

    private void refused() {
        if (isOpen()) {
            events.notConnected(Errno.ECONNREFUSED);
            closeNow(0);
        }
    }

    private void established(int life) {
        if (!isOpen()) {
            return;
        }
        this.life = life;
        isReady = true;
        events.connected(source());
        events.ready();
    }

    @Override
    public void write(WireMessage message) {
        stillOpen();
        Promise.hold(isReady, "something is written before the connection is there");
        written.add(message.bytes());
    }

    @Override
    public void flush() {
        stillOpen();
        for (byte[] message : written) {
            track(server);
            host.internet()
                    .write(
                            new Packet(message, mark, TransportProtocol.TCP),
                            server,
                            life,
                            this::receive,
                            () -> closeNow(0),
                            () -> host.loop().schedule(() -> closeNow(0), Host.GIVES_UP.toNanos()));
        }
        written.clear();
    }

    private void receive(byte[] message) {
        if (isOpen()) {
            unread.add(message);
            read();
        }
    }

    private void read() {
        while (wanted && isOpen() && !unread.isEmpty()) {
            ByteBuf message = Unpooled.wrappedBuffer(unread.remove(0));
            events.received(message);
            message.release();
        }
    }

    @Override
    public void read(boolean wanted) {
        this.wanted = wanted;
        if (wanted) {
            host.loop().execute(this::read);
        }
    }

    @Override
    public void close() {
        closeNow(TIME_WAIT_NANOS);
    }

    private void closeNow(long lingerNanos) {
        if (isOpen()) {
            end(events == null ? 0 : lingerNanos);
            if (events != null) {
                events.ended(null);
            }
        }
    }
}
