package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends one message to a Unix datagram socket (man 7 unix), which the JDK can't do. */
public final class UnixDatagram {
    /** How many descriptors a message may bring along (SCM_MAX_FD). */
    public static final int MOST_DESCRIPTORS = 253;

    private static final int SCM_RIGHTS = 1;
    private static final int PATH = 2;

    /** The receiver may be busy, and few messages may wait for it (net.unix.max_dgram_qlen). */
    private static final long PATIENCE_SECONDS = 2;

    private static final int TIME_BYTES = 2 * Long.BYTES;
    private static final int MAX_PATH_BYTES = 108;

    /** Where the parts of a message are in memory, behind its header. */
    private static final int VECTOR = 56;

    private static final int RIGHTS = VECTOR + MessageHeaders.IOVEC_SIZE;
    private static final int PAYLOAD = RIGHTS + ControlMessages.space(MOST_DESCRIPTORS * Integer.BYTES);

    private UnixDatagram() {}

    /**
     * Waits a moment if the receiver is busy.
     *
     * @param path the socket's path; a leading NUL means the abstract namespace
     * @param message its bytes
     * @param descriptors what the receiver gets copies of, {@link #MOST_DESCRIPTORS} at most
     * @throws LinuxException if there is no such socket, or it takes no message in two seconds; EINVAL if the path has more
     *     than 107 bytes, or there are too many descriptors
     */
    public static void send(String path, byte[] message, int... descriptors) throws LinuxException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= MAX_PATH_BYTES || descriptors.length > MOST_DESCRIPTORS) {
            throw new LinuxException("connect to " + path, Errno.EINVAL);
        }
        try (Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0);
                NativeMemory address = NativeMemory.allocate(PATH + MAX_PATH_BYTES);
                NativeMemory sent = message(message, descriptors)) {
            socket.block(true);
            address.host().putLong(0, PATIENCE_SECONDS);
            SocketOption.SEND_TIMEOUT.set(socket.fd(), address.address(), TIME_BYTES);
            address.host().putLong(0, 0).putShort(0, (short) Socket.AF_UNIX);
            address.host().put(PATH, name);
            // A path ends with a NUL; an abstract name ends where the address ends.
            int length = PATH + name.length + (name[0] == 0 ? 0 : 1);
            Native.check("connect to " + path, Native.LIBC.connect(socket.fd(), address.address(), length));
            Native.check("send to " + path, (int) Native.LIBC.sendmsg(socket.fd(), sent.address(), 0));
        }
    }

    /** A {@code struct msghdr} (man 2 sendmsg), and behind it what it points to. */
    private static NativeMemory message(byte[] payload, int... descriptors) {
        int control = descriptors.length == 0 ? 0 : ControlMessages.space(descriptors.length * Integer.BYTES);
        NativeMemory memory = NativeMemory.allocate(PAYLOAD + payload.length);
        ByteBuffer host = memory.host();
        host.putLong(MessageHeaders.IOVEC, memory.address() + VECTOR);
        host.putLong(MessageHeaders.IOVEC_COUNT, 1);
        host.putLong(MessageHeaders.CONTROL, memory.address() + RIGHTS);
        host.putLong(MessageHeaders.CONTROL_LENGTH, control);
        host.putLong(VECTOR + MessageHeaders.IOVEC_BASE, memory.address() + PAYLOAD);
        host.putLong(VECTOR + MessageHeaders.IOVEC_LENGTH, payload.length);
        if (control > 0) {
            int at = ControlMessages.write(
                    host, RIGHTS, SocketOption.SOL_SOCKET, SCM_RIGHTS, descriptors.length * Integer.BYTES);
            for (int i = 0; i < descriptors.length; i++) {
                host.putInt(at + i * Integer.BYTES, descriptors[i]);
            }
        }
        host.put(PAYLOAD, payload);
        return memory;
    }
}
