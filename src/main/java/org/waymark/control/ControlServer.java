package org.waymark.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Listens on the control socket. The permissions of its file decide who may connect; the kernel asks for the right to write. All clients
 * are served on one event loop, which is not a worker's, and their commands run on a few other threads.
 */
public final class ControlServer implements AutoCloseable {
    /** How many clients there may be; a further one is told so, and loses its connection. */
    static final int MOST_CLIENTS = 32;

    /** The longest request in bytes. */
    static final int MOST_REQUEST = 16 << 10;

    /** A client that has left more than this unread, in bytes, gets no more events until it has read most of them. */
    static final int MOST_UNREAD = 256 << 10;

    /** In the mode of a file, see man 7 inode. */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private final Channel listening;
    private final ChannelGroup clients;

    private ControlServer(Path path, Channel listening, ChannelGroup clients) {
        this.path = path;
        this.listening = listening;
        this.clients = clients;
    }

    /**
     * Makes the socket, with mode 0660, and its folder if there is none, and serves clients from now on. A socket that a killed process has
     * left is replaced.
     *
     * @param path where the socket is to be, at most 107 bytes
     * @param loop an event loop with epoll, to serve the clients
     * @param commands what clients may ask for
     * @return the server
     * @throws IOException if the socket can't be made; the message says why, in words
     */
    public static ControlServer open(Path path, EventLoop loop, Commands commands) throws IOException {
        return open(path, loop, commands, Patience.USUAL);
    }

    static ControlServer open(Path path, EventLoop loop, Commands commands, Patience patience) throws IOException {
        clear(path);
        ChannelGroup clients = new DefaultChannelGroup(loop);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MOST_UNREAD / 4, MOST_UNREAD))
                .childHandler(new Clients(clients, commands, patience))
                .bind(new DomainSocketAddress(path.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        Files.setPosixFilePermissions(path, OWNER_AND_GROUP);
        return new ControlServer(path, bound.channel(), clients);
    }

    /** Makes place for the socket. Never takes away anything but a socket that nobody listens on. */
    private static void clear(Path path) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            makeFolder(path.toAbsolutePath().getParent());
            return;
        }
        if (!isSocket(path)) {
            throw new IOException("there is a file of this name that is not a socket");
        }
        if (isListening(path)) {
            throw new IOException("another Waymark is running and listens on it");
        }
        Files.delete(path);
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (AccessDeniedException e) {
            throw new IOException("this user may not make the folder " + folder, e);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    /** Does not block: a process that is stopped takes no connections, but others may wait for it. */
    private static boolean isListening(Path path) throws IOException {
        try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.configureBlocking(false);
            other.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Ends all connections, and removes the socket. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        clients.close().awaitUninterruptibly();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The next start replaces what is left.
        }
    }
}
