package org.waymark.linux;

import java.nio.charset.StandardCharsets;

/** Sends one message to a Unix datagram socket (man 7 unix), which the JDK can't do. */
public final class UnixDatagram {
    private static final int SOCK_DGRAM = 2;
    private static final int PATH = 2;
    private static final int MAX_PATH_BYTES = 108;

    private UnixDatagram() {}

    /**
     * @param path the socket's path; a leading NUL means the abstract namespace
     * @param message its bytes
     * @throws LinuxException if there is no such socket, or it can't accept a message now; EINVAL if the path has more
     *     than 107 bytes
     */
    public static void send(String path, byte[] message) throws LinuxException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= MAX_PATH_BYTES) {
            throw new LinuxException("connect to " + path, Errno.EINVAL);
        }
        try (Socket socket = Socket.open(Socket.AF_UNIX, SOCK_DGRAM, 0);
                NativeMemory memory = NativeMemory.allocate(Math.max(PATH + MAX_PATH_BYTES, message.length))) {
            memory.host().putShort(0, (short) Socket.AF_UNIX);
            memory.host().put(PATH, name);
            // A path ends with a NUL; an abstract name ends where the address ends.
            int length = PATH + name.length + (name[0] == 0 ? 0 : 1);
            Native.check("connect to " + path, Native.LIBC.connect(socket.fd(), memory.address(), length));
            memory.host().put(0, message);
            long sent = Native.LIBC.send(socket.fd(), memory.address(), message.length, 0);
            Native.check("send to " + path, (int) sent);
        }
    }
}
