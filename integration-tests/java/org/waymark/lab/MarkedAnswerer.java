package org.waymark.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/** A program of the gateway that answers on port 53 over IPv4 with a mark of its own (SO_MARK), which Java has no name for. */
public final class MarkedAnswerer implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_MARK = 36;

    /** See man 3type sockaddr. */
    private static final int SOCKADDR_IN = 16;

    private static final int PATIENCE_SECONDS = 10;
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    /** See man 2 socket, setsockopt, bind, recvfrom and sendto. */
    public interface LibC {
        int socket(int family, int type, int protocol);

        int setsockopt(int fd, int level, int option, @In byte[] value, int length);

        int bind(int fd, @In byte[] address, int length);

        long recvfrom(int fd, @Out byte[] bytes, long length, int flags, @Out byte[] from, @In @Out int[] fromLength);

        long sendto(int fd, @In byte[] bytes, long length, int flags, @In byte[] to, int toLength);

        int close(int fd);
    }

    private final int fd;

    private MarkedAnswerer(int fd) {
        this.fd = fd;
    }

    /** Listens on every address. */
    public static MarkedAnswerer on(Lab lab, int mark) {
        return lab.in(Host.GATEWAY, () -> {
            MarkedAnswerer answerer = new MarkedAnswerer(LIBC.socket(AF_INET, SOCK_DGRAM, 0));
            answerer.set(SO_MARK, nativeBytes(Integer.BYTES).putInt(mark).array());
            answerer.set(
                    SO_RCVTIMEO,
                    nativeBytes(2 * Long.BYTES).putLong(PATIENCE_SECONDS).array());
            byte[] address = nativeBytes(SOCKADDR_IN)
                    .putShort((short) AF_INET)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putShort((short) 53)
                    .array();
            check("bind", LIBC.bind(answerer.fd, address, address.length));
            return answerer;
        });
    }

    /** Waits for a query and answers it. */
    public void answerOne() {
        byte[] query = new byte[512];
        byte[] client = new byte[SOCKADDR_IN];
        long length = LIBC.recvfrom(fd, query, query.length, 0, client, new int[] {client.length});
        check("recvfrom", length);
        byte[] answer = Message.answerTo(Arrays.copyOf(query, (int) length));
        check("sendto", LIBC.sendto(fd, answer, answer.length, 0, client, client.length));
    }

    private void set(int option, byte[] value) {
        check("setsockopt", LIBC.setsockopt(fd, SOL_SOCKET, option, value, value.length));
    }

    private static ByteBuffer nativeBytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.nativeOrder());
    }

    private static void check(String call, long result) {
        if (result < 0) {
            throw new IllegalStateException(call + " has failed");
        }
    }

    @Override
    public void close() {
        LIBC.close(fd);
    }
}
