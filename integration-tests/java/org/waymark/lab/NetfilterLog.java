package org.waymark.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * What the kernel's rules log to one group (NFLOG, or {@code log group} in nft), read through a netlink socket in the network
 * namespace of the thread that opens it. See linux/netfilter/nfnetlink_log.h and man 7 netlink. Whatever the kernel could not deliver
 * is counted: by the error that it reports on the socket, and by gaps in the numbers that it gives its messages.
 */
final class NetfilterLog implements AutoCloseable {
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int ENOBUFS = 105;

    private static final short MSG_ERROR = 2;
    private static final short MSG_PACKET = 4 << 8;
    private static final short MSG_CONFIG = 4 << 8 | 1;
    private static final short REQUEST_AND_ACK = 5;
    private static final int HEADERS = 20;

    private static final int CONFIG_COMMAND = 1;
    private static final int CONFIG_MODE = 2;
    private static final int CONFIG_BUFFER = 3;
    private static final int CONFIG_TIMEOUT = 4;
    private static final int CONFIG_THRESHOLD = 5;
    private static final int CONFIG_FLAGS = 6;
    private static final byte BIND = 1;
    private static final byte COPY_PACKET = 2;
    private static final short FLAG_SEQUENCE = 1;

    private static final int ATTRIBUTE_MARK = 2;
    private static final int ATTRIBUTE_PAYLOAD = 9;
    private static final int ATTRIBUTE_PREFIX = 10;
    private static final int ATTRIBUTE_SEQUENCE = 12;

    private static final int RECEIVE_BUFFER = 128 << 20;
    private static final int KERNEL_BATCH = 128 << 10;
    private static final int PACKETS_PER_BATCH = 50;
    private static final int HUNDREDTHS_PER_BATCH = 1;
    /** The whole packet, even if it is many TCP segments in one. */
    private static final int COPIED = 0xffff;

    private final int fd;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10).order(ByteOrder.nativeOrder());
    private long received;
    private long lost;
    private int nextSequence;

    /** See section 2 of the manual. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, int length);

        int setsockopt(int fd, int level, int name, ByteBuffer value, int length);

        long send(int fd, ByteBuffer buffer, long length, int flags);

        long recv(int fd, ByteBuffer buffer, long length, int flags);

        int close(int fd);
    }

    /** Takes the packets, one after the other. */
    interface Reader {
        /**
         * @param prefix the first letter of the rule's prefix
         * @param mark the packet's mark
         * @param packet the packet from its IP header on, perhaps cut short; valid during the call
         */
        void packet(char prefix, long mark, ByteBuffer packet);
    }

    private NetfilterLog(int fd) {
        this.fd = fd;
    }

    /** Opens the log of a group in the namespace of the calling thread. */
    static NetfilterLog open(int group) throws IOException {
        NetfilterLog log = new NetfilterLog(check(LIBC.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER)));
        log.prepare(group);
        return log;
    }

    private void prepare(int group) throws IOException {
        check(LIBC.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, native4(RECEIVE_BUFFER), Integer.BYTES));
        ByteBuffer tenthOfASecond = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        check(LIBC.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, tenthOfASecond.putLong(8, 100_000), 16));
        ByteBuffer address = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
        check(LIBC.bind(fd, address.putShort(0, (short) AF_NETLINK), 12));
        configure(group, CONFIG_COMMAND, BIND);
        configure(group, CONFIG_MODE, (byte) 0, (byte) 0, (byte) (COPIED >>> 8), (byte) COPIED, COPY_PACKET, (byte) 0);
        configure(group, CONFIG_BUFFER, network4(KERNEL_BATCH));
        configure(group, CONFIG_TIMEOUT, network4(HUNDREDTHS_PER_BATCH));
        configure(group, CONFIG_THRESHOLD, network4(PACKETS_PER_BATCH));
        configure(group, CONFIG_FLAGS, (byte) 0, (byte) FLAG_SEQUENCE);
    }

    /** Sends one setting and reads whether it was taken. */
    private void configure(int group, int attribute, byte... value) throws IOException {
        int length = HEADERS + 4 + value.length;
        buffer.clear();
        buffer.putInt(length).putShort(MSG_CONFIG).putShort(REQUEST_AND_ACK).putLong(0);
        buffer.put((byte) 0).put((byte) 0).put((byte) (group >>> 8)).put((byte) group);
        buffer.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
        buffer.putInt(0);
        check((int) LIBC.send(fd, buffer.flip(), length + 3 & ~3, 0));
        buffer.clear();
        check((int) LIBC.recv(fd, buffer, buffer.capacity(), 0));
        if (buffer.getShort(4) != MSG_ERROR || buffer.getInt(16) != 0) {
            throw new IOException("log group " + group + ", setting " + attribute + ": errno " + -buffer.getInt(16));
        }
    }

    /** Waits a moment for what the kernel sends next, and hands on every packet in it. */
    void read(Reader reader) {
        buffer.clear();
        long length = LIBC.recv(fd, buffer, buffer.capacity(), 0);
        if (length < 0) {
            lost += Runtime.getRuntime(LIBC).getLastError() == ENOBUFS ? 1 : 0;
            return;
        }
        int at = 0;
        while (at + HEADERS <= length) {
            int end = at + buffer.getInt(at);
            if (buffer.getShort(at + 4) == MSG_PACKET) {
                message(at + HEADERS, end, reader);
            }
            at = end + 3 & ~3;
        }
    }

    private void message(int start, int end, Reader reader) {
        long mark = 0;
        char prefix = 0;
        ByteBuffer packet = null;
        for (int at = start; at + 4 <= end; ) {
            int length = buffer.getShort(at) & 0xffff;
            switch (buffer.getShort(at + 2) & 0x3fff) {
                case ATTRIBUTE_MARK -> mark = network(at + 4) & 0xffff_ffffL;
                case ATTRIBUTE_PREFIX -> prefix = (char) buffer.get(at + 4);
                case ATTRIBUTE_PAYLOAD -> packet = buffer.slice(at + 4, length - 4);
                case ATTRIBUTE_SEQUENCE -> {
                    int sequence = network(at + 4);
                    lost += sequence - nextSequence;
                    nextSequence = sequence + 1;
                }
                default -> {}
            }
            at += length + 3 & ~3;
        }
        reader.packet(prefix, mark, packet);
        received++;
    }

    /** How many packets were handed on. */
    long received() {
        return received;
    }

    /** How many packets were lost; at least one if any was. */
    long lost() {
        return lost;
    }

    @Override
    public void close() {
        LIBC.close(fd);
    }

    private int network(int at) {
        int value = buffer.getInt(at);
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static byte[] network4(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static ByteBuffer native4(int value) {
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0, value);
    }

    private static int check(int result) throws IOException {
        if (result < 0) {
            throw new IOException("errno " + Runtime.getRuntime(LIBC).getLastError());
        }
        return result;
    }
}
