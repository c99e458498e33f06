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
 * Watches a socket on Netty's event loop, level-triggered: the loop calls back as long as there is something to read,
 * or an error. Netty's own datagram channel can neither tell the local address of an IPv6 datagram nor choose the local
 * address of an answer.
 */
public final class Readable implements AutoCloseable {
    private final Socket socket;
    private final IoRegistration registration;

    /**
     * Starts watching a socket.
     *
     * @param loop the event loop; to be called on it
     * @param socket the socket, which is closed together with this
     * @param onReadable is called if there is something to read; must not throw
     * @throws LinuxException ENOSPC if the user already watches as many as fs.epoll.max_user_watches allows
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

    /** Stops watching the socket, which stays open. */
    public void pause() {
        registration.submit(EpollIoOps.NONE);
    }

    /** Stops watching the socket for good. The socket stays open. To be called on the event loop. */
    public void stop() {
        registration.cancel();
    }

    /** Stops watching the socket and closes it. To be called on the event loop. */
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

        /** Called if the loop ends while it still watches the socket. */
        @Override
        public void close() {
            socket.close();
        }
    }
}
