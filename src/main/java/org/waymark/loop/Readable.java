package org.waymark.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import java.io.UncheckedIOException;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * A socket on Netty's event loop, level-triggered: the loop calls back as long as there is something to read, an error among
 * it. Netty's own datagram channel can't tell the local address of an IPv6 datagram nor choose that of an answer.
 */
public final class Readable implements AutoCloseable {
    private final Socket socket;
    private final IoRegistration registration;

    /**
     * Starts to watch the socket.
     *
     * @param loop the event loop; the caller runs on it
     * @param socket the socket, which is closed together with this
     * @param onReadable what to call; it must not throw
     * @throws LinuxException ENOSPC if the user watches more than fs.epoll.max_user_watches
     */
    public Readable(NettyLoop loop, Socket socket, Runnable onReadable) throws LinuxException {
        this.socket = socket;
        this.registration =
                loop.netty().register(new Handle(socket, onReadable)).getNow();
        try {
            registration.submit(EpollIoOps.EPOLLIN);
        } catch (UncheckedIOException e) {
            registration.cancel();
            throw LinuxException.of("epoll_ctl", (NativeIoException) e.getCause());
        }
    }

    /** Stops to watch the socket, which stays open. */
    public void pause() {
        registration.submit(EpollIoOps.NONE);
    }

    /** Stops to watch the socket for good, which stays open; to be called on the event loop. */
    public void stop() {
        registration.cancel();
    }

    /** Stops to watch the socket and closes it; to be called on the event loop. */
    @Override
    public void close() {
        registration.cancel();
        socket.close();
    }

    private record Handle(FileDescriptor fd, Socket socket, Runnable onReadable) implements EpollIoHandle {
        Handle(Socket socket, Runnable onReadable) {
            this(new FileDescriptor(socket.fd()), socket, onReadable);
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            onReadable.run();
        }

        /** The loop ends with the socket still on it. */
        @Override
        public void close() {
            socket.close();
        }
    }
}
