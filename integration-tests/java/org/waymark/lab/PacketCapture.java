package org.waymark.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * Every IP packet that a link sends or receives, from before any rule of the firewall sees it and after all have (man 7 packet): what is
 * on the wire, without the link's own header.
 */
public final class PacketCapture implements AutoCloseable {
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;

    /** Offsets in {@code struct sockaddr_ll}. */
    private static final int PROTOCOL = 2;

    private static final int INTERFACE = 4;
    private static final int ADDRESS_BYTES = 20;

    private static final short ALL_PROTOCOLS = 3;
    private static final int RECEIVE_BUFFER = 64 << 20;
    private static final int LARGEST_PACKET = 1 << 16;

    private final int fd;
    private final Thread reader = new Thread(this::read, "capture");
    private final List<byte[]> packets = new ArrayList<>();
    private volatile boolean closed;

    /** See section 2 and 3 of the manual. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, int length);

        int setsockopt(int fd, int level, int name, ByteBuffer value, int length);

        int getsockopt(int fd, int level, int name, ByteBuffer value, ByteBuffer length);

        int if_nametoindex(String name);

        long recv(int fd, ByteBuffer buffer, long length, int flags);

        int close(int fd);
    }

    private PacketCapture(int fd) {
        this.fd = fd;
    }

    /** Begins to capture on a link of a host. */
    public static PacketCapture on(Lab lab, Host host, String link) {
        PacketCapture capture = lab.in(host, () -> open(link));
        capture.reader.setDaemon(true);
        capture.reader.start();
        return capture;
    }

    private static PacketCapture open(String link) throws IOException {
        int fd = check(LIBC.socket(AF_PACKET, SOCK_DGRAM_CLOEXEC, 0));
        ByteBuffer number = memory(16);
        check(LIBC.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, number.putInt(0, RECEIVE_BUFFER), Integer.BYTES));
        check(LIBC.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, number.putLong(0, 0).putLong(8, 50_000), 16));
        ByteBuffer address = memory(ADDRESS_BYTES).putShort(0, (short) AF_PACKET);
        address.order(ByteOrder.BIG_ENDIAN).putShort(PROTOCOL, ALL_PROTOCOLS);
        address.order(ByteOrder.nativeOrder()).putInt(INTERFACE, check(LIBC.if_nametoindex(link)));
        check(LIBC.bind(fd, address, ADDRESS_BYTES));
        return new PacketCapture(fd);
    }

    private void read() {
        ByteBuffer buffer = memory(LARGEST_PACKET);
        while (!closed) {
            int length = (int) LIBC.recv(fd, buffer.clear(), LARGEST_PACKET, 0);
            int version = length > 0 ? buffer.get(0) >>> 4 : 0;
            if (version == 4 || version == 6) {
                byte[] packet = new byte[length];
                buffer.get(0, packet);
                synchronized (packets) {
                    packets.add(packet);
                }
            }
        }
    }

    /** The packets so far, from their IP headers on. */
    public List<ByteBuffer> packets() {
        synchronized (packets) {
            return packets.stream().map(ByteBuffer::wrap).toList();
        }
    }

    /** How many packets the kernel could not deliver since this was asked last. */
    public int lost() {
        ByteBuffer statistics = memory(2 * Integer.BYTES);
        ByteBuffer length = memory(Integer.BYTES).putInt(0, 2 * Integer.BYTES);
        LIBC.getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, length);
        return statistics.getInt(Integer.BYTES);
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LIBC.close(fd);
    }

    private static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static int check(int result) throws IOException {
        if (result < 0) {
            throw new IOException("errno " + Runtime.getRuntime(LIBC).getLastError());
        }
        return result;
    }
}
