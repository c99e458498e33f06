package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * An array of {@code struct mmsghdr} (man 2 recvmmsg), each with the structures that it points to: one {@code iovec}
 * for the payload, a socket address, and room for control messages (man 3 cmsg). The layouts are those of LP64.
 */
final class MessageHeaders {
    /** {@code struct mmsghdr}: a {@code struct msghdr}, then the length of the message. */
    private static final int NAME = 0;

    private static final int NAME_LENGTH = 8;
    static final int IOVEC = 16;
    static final int IOVEC_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    private static final int LENGTH = 56;
    private static final int HEADER_SIZE = 64;

    static final int IOVEC_BASE = 0;
    static final int IOVEC_LENGTH = 8;
    static final int IOVEC_SIZE = 16;

    private static final int ADDRESS_SPACE = 32;

    private static final int SO_MARK = SocketOption.MARK.number();
    private static final int IPV6_PKTINFO = 50;

    /** {@code struct in6_pktinfo}: 16 bytes of address, then the interface's index. */
    private static final int PKTINFO_INTERFACE = 16;

    private static final int PKTINFO_SIZE = 20;
    private static final int PKTINFO_SPACE = ControlMessages.space(PKTINFO_SIZE);
    private static final int MARK_SIZE = Integer.BYTES;
    private static final int MARK_SPACE = ControlMessages.space(MARK_SIZE);
    private static final int CONTROL_SPACE = PKTINFO_SPACE + MARK_SPACE;

    private final NativeMemory memory;
    private final int iovecs;
    private final int addresses;
    private final int controls;

    /**
     * @param payloads the memory of the payloads
     * @param capacity the number of messages
     * @param stride from one payload to the next, in bytes
     */
    MessageHeaders(NativeMemory payloads, int capacity, int stride) {
        iovecs = capacity * HEADER_SIZE;
        addresses = iovecs + capacity * IOVEC_SIZE;
        controls = addresses + capacity * ADDRESS_SPACE;
        memory = NativeMemory.allocate(controls + capacity * CONTROL_SPACE);
        ByteBuffer host = memory.host();
        for (int i = 0; i < capacity; i++) {
            int header = i * HEADER_SIZE;
            host.putLong(header + NAME, memory.address() + address(i));
            host.putLong(header + IOVEC, memory.address() + iovec(i));
            host.putLong(header + IOVEC_COUNT, 1);
            host.putLong(header + CONTROL, memory.address() + control(i));
            host.putLong(iovec(i) + IOVEC_BASE, payloads.address() + (long) i * stride);
        }
    }

    long pointer(int index) {
        return memory.address() + (long) index * HEADER_SIZE;
    }

    private int iovec(int index) {
        return iovecs + index * IOVEC_SIZE;
    }

    private int address(int index) {
        return addresses + index * ADDRESS_SPACE;
    }

    private int control(int index) {
        return controls + index * CONTROL_SPACE;
    }

    /** Prepares an entry to receive a message, each time anew: the kernel overwrites the lengths. */
    void expect(int index, int payloadBytes) {
        ByteBuffer host = memory.host();
        int header = index * HEADER_SIZE;
        host.putInt(header + NAME_LENGTH, SocketAddress.SIZE);
        host.putLong(header + CONTROL_LENGTH, CONTROL_SPACE);
        host.putLong(iovec(index) + IOVEC_LENGTH, payloadBytes);
    }

    /** Prepares an entry to receive only payloads, once for all messages. */
    void expectPayloads(int index, int payloadBytes) {
        ByteBuffer host = memory.host();
        int header = index * HEADER_SIZE;
        host.putLong(header + NAME, 0);
        host.putLong(header + CONTROL, 0);
        host.putLong(iovec(index) + IOVEC_LENGTH, payloadBytes);
    }

    /** Prepares an entry to send on a connected socket. */
    void send(int index, int payloadBytes) {
        ByteBuffer host = memory.host();
        int header = index * HEADER_SIZE;
        host.putInt(header + NAME_LENGTH, 0);
        host.putLong(header + CONTROL_LENGTH, 0);
        host.putLong(iovec(index) + IOVEC_LENGTH, payloadBytes);
    }

    /** Prepares an entry to send to a peer. A local address of null means the socket's own, and a mark of 0 the socket's mark. */
    void send(int index, int payloadBytes, Endpoint peer, Endpoint local, int mark) {
        send(index, payloadBytes);
        ByteBuffer host = memory.host();
        int header = index * HEADER_SIZE;
        // IPv6 sockets accept IPv4 addresses as well.
        int family = peer.isIpv4() ? Socket.AF_INET : Socket.AF_INET6;
        host.putInt(header + NAME_LENGTH, SocketAddress.write(memory, address(index), peer, family));

        int at = control(index);
        int length = 0;
        if (local != null) {
            int pktinfo = ControlMessages.write(host, at, SocketOption.SOL_IPV6, IPV6_PKTINFO, PKTINFO_SIZE);
            memory.network().putLong(pktinfo, local.high());
            memory.network().putLong(pktinfo + Long.BYTES, local.low());
            // An interface here would force the answer to leave through it; only link-local addresses need that.
            host.putInt(pktinfo + PKTINFO_INTERFACE, local.isLinkLocal() ? local.scope() : 0);
            length = PKTINFO_SPACE;
        }
        if (mark != 0) {
            host.putInt(ControlMessages.write(host, at + length, SocketOption.SOL_SOCKET, SO_MARK, MARK_SIZE), mark);
            length += MARK_SPACE;
        }
        host.putLong(header + CONTROL_LENGTH, length);
    }

    int length(int index) {
        return memory.host().getInt(index * HEADER_SIZE + LENGTH);
    }

    void peer(int index, Endpoint peer) {
        SocketAddress.read(memory, address(index), peer);
    }

    /** Reads the local address from the control messages; the port stays as it is. */
    boolean local(int index, Endpoint local) {
        int pktinfo = controlMessage(index, SocketOption.SOL_IPV6, IPV6_PKTINFO, PKTINFO_SIZE);
        if (pktinfo == ControlMessages.NONE) {
            return false;
        }
        local.set(
                memory.network().getLong(pktinfo),
                memory.network().getLong(pktinfo + Long.BYTES),
                local.port(),
                memory.host().getInt(pktinfo + PKTINFO_INTERFACE));
        return true;
    }

    /** Reads the packet's mark from the control messages, as {@link ReceiveBatch#mark} returns it. */
    long mark(int index) {
        int mark = controlMessage(index, SocketOption.SOL_SOCKET, SO_MARK, MARK_SIZE);
        return mark == ControlMessages.NONE
                ? ReceiveBatch.NO_MARK
                : Integer.toUnsignedLong(memory.host().getInt(mark));
    }

    private int controlMessage(int index, int level, int type, int dataBytes) {
        ByteBuffer host = memory.host();
        int at = control(index);
        int end = at + (int) host.getLong(index * HEADER_SIZE + CONTROL_LENGTH);
        return ControlMessages.find(host, at, end, level, type, dataBytes);
    }

    void close() {
        memory.close();
    }
}
