package org.waymark.linux;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** Calls the C library. All parameters are primitives, and addresses {@code long}: jnr-ffi makes direct native stubs of such functions. */
final class Native {
    static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private Native() {}

    /** The functions, with the names of sections 2 and 3 of the manual, which describe them; -1 means that errno is set. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, long address, int addressLength);

        int connect(int fd, long address, int addressLength);

        int listen(int fd, int backlog);

        int getsockname(int fd, long address, long addressLength);

        int getpeername(int fd, long address, long addressLength);

        int getsockopt(int fd, int level, int name, long value, long valueLength);

        int setsockopt(int fd, int level, int name, long value, int valueLength);

        long send(int fd, long buffer, long length, int flags);

        long sendmsg(int fd, long message, int flags);

        int recvmmsg(int fd, long messages, int count, int flags, long timeout);

        int sendmmsg(int fd, long messages, int count, int flags);

        int poll(long descriptors, long count, int timeout);

        int fcntl(int fd, int command, int argument);

        int close(int fd);

        int geteuid();

        int unshare(int flags);

        int setfsuid(int user);

        long signal(int signal, long handler);

        long calloc(long count, long size);

        void free(long address);

        int mallopt(int parameter, int value);

        int madvise(long address, long length, int advice);

        String strerror(int number);
    }

    /**
     * The error of the call that has just returned -1 on this thread. Meaningless after a call that succeeded.
     *
     * @return the error
     */
    static Errno errno() {
        return Errno.of(RUNTIME.getLastError());
    }

    /**
     * @param call the function that was called, for the message
     * @param result what it returned
     * @return the result
     * @throws LinuxException if the result is -1
     */
    static int check(String call, int result) throws LinuxException {
        if (result == -1) {
            throw new LinuxException(call, errno());
        }
        return result;
    }

    static ByteBuffer bufferAt(long address, int bytes) {
        return MemoryIO.getInstance().newDirectByteBuffer(address, bytes);
    }
}
