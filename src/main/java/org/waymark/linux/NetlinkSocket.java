package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink socket to the kernel's netfilter or routing (man 7 netlink). The kernel handles a request within send(2), so the
 * answers are ready for a non-blocking read as soon as that returns.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** What {@link #receive} returns if answers were lost. */
    public static final int LOST = -1;

    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SOCKADDR_NL_SIZE = 12;

    private static final int TYPE = 4;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int ERROR_NUMBER = 16;

    private static final int SOCKADDR_NL_PORT_ID = 4;
    private static final int SOCKADDR_NL_GROUPS = 8;

    /** Of poll(2). */
    private static final int POLLIN = 1;

    private static final int POLLFD_EVENTS = 4;

    private final Socket socket;
    private final NativeMemory requests;
    private final ReceiveBatch answers;

    private NetlinkSocket(Socket socket, int requestBytes, int answers, int answerBytes) {
        this.socket = socket;
        this.requests = NativeMemory.allocate(requestBytes);
        this.answers = new ReceiveBatch(answers, answerBytes, true);
    }

    /**
     * @param requestBytes room for the requests of one send
     * @param answers how many answers one {@link #receive} may read
     * @param answerBytes room for one answer; a longer one is truncated
     * @param receiveBuffer the kernel's room for answers that are waiting, in bytes
     * @return an open socket
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static NetlinkSocket open(int requestBytes, int answers, int answerBytes, int receiveBuffer)
            throws LinuxException {
        Socket socket = Socket.open(Socket.AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
        NetlinkSocket netlink = new NetlinkSocket(socket, requestBytes, answers, answerBytes);
        try {
            netlink.socket.receiveBuffer(receiveBuffer);
            netlink.connect(0);
            return netlink;
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    /**
     * Opens a socket that receives what the kernel tells a group about changes, see {@link #await}.
     *
     * @param group NFNLGRP_*, from 1 to 32
     * @param changer the socket whose own changes are not told
     * @param answers how many messages one {@link #receive} may read
     * @param answerBytes room for one message; a longer one is truncated
     * @param receiveBuffer the kernel's room for messages that are waiting, in bytes
     * @return an open socket
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static NetlinkSocket listen(
            int group, NetlinkSocket changer, int answers, int answerBytes, int receiveBuffer) throws LinuxException {
        Socket socket = Socket.open(Socket.AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
        NetlinkSocket netlink = new NetlinkSocket(socket, Scratch.SIZE, answers, answerBytes);
        try {
            netlink.socket.receiveBuffer(receiveBuffer);
            Scratch scratch = Scratch.get();
            SenderFilter.write(scratch.host(), scratch.address(), changer.portId());
            SocketOption.FILTER.set(socket.fd(), scratch.address(), BpfProgram.HEADER_BYTES);
            netlink.connect(1 << group - 1);
            return netlink;
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    /**
     * Opens a socket to the kernel's routing (man 7 rtnetlink), which does what a dump asks for (NETLINK_GET_STRICT_CHK), and receives what
     * the kernel tells some groups about changes, see {@link #await}.
     *
     * @param groups RTMGRP_*, one bit for each; 0 for none
     * @param answers how many messages one {@link #receive} may read
     * @param answerBytes room for one message; a longer one is truncated
     * @param receiveBuffer the kernel's room for messages that are waiting, in bytes
     * @return an open socket
     * @throws LinuxException ENOPROTOOPT before Linux 4.20
     */
    public static NetlinkSocket openRouting(int groups, int answers, int answerBytes, int receiveBuffer)
            throws LinuxException {
        Socket socket = Socket.open(Socket.AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
        NetlinkSocket netlink = new NetlinkSocket(socket, Scratch.SIZE, answers, answerBytes);
        try {
            netlink.socket.receiveBuffer(receiveBuffer);
            SocketOption.STRICT_DUMPS.set(socket.fd(), 1);
            netlink.connect(groups);
            return netlink;
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    /** Binds to a port id that the kernel chooses, and connects to the kernel itself, which has port id 0 and no groups. */
    private void connect(int groups) throws LinuxException {
        ByteBuffer address = requests.host();
        address.putShort(0, (short) Socket.AF_NETLINK);
        address.putInt(SOCKADDR_NL_GROUPS, groups);
        Native.check("bind", Native.LIBC.bind(socket.fd(), requests.address(), SOCKADDR_NL_SIZE));
        address.putInt(SOCKADDR_NL_GROUPS, 0);
        Native.check("connect", Native.LIBC.connect(socket.fd(), requests.address(), SOCKADDR_NL_SIZE));
    }

    /** The number by which the kernel tells this socket's changes from those of others. */
    private int portId() throws LinuxException {
        Scratch scratch = Scratch.get();
        scratch.host().putInt(SOCKADDR_NL_SIZE, SOCKADDR_NL_SIZE);
        Native.check(
                "getsockname",
                Native.LIBC.getsockname(socket.fd(), scratch.address(), scratch.address() + SOCKADDR_NL_SIZE));
        return scratch.host().getInt(SOCKADDR_NL_PORT_ID);
    }

    /**
     * Waits until {@link #receive} has something to read or an error to tell. An answer to {@link #send} from another thread ends it, too.
     */
    public void await() {
        Scratch scratch = Scratch.get();
        scratch.host().putInt(0, socket.fd());
        scratch.host().putInt(POLLFD_EVENTS, POLLIN);
        Native.LIBC.poll(scratch.address(), 1, -1);
    }

    /**
     * @return the buffer for requests, which begin at offset 0
     */
    public ByteBuffer requests() {
        return requests.network();
    }

    /**
     * @return the buffer with the answers that {@link #receive} has read
     */
    public ByteBuffer answers() {
        return answers.payloads();
    }

    /**
     * Sends the requests; the kernel has handled them when this returns.
     *
     * @param length their length in bytes
     * @return null, or the error with which the kernel refused them
     */
    public Errno send(int length) {
        return Native.LIBC.send(socket.fd(), requests.address(), length, 0) == -1 ? Native.errno() : null;
    }

    /**
     * Reads the next answers.
     *
     * @return how many; 0 if none is left, or the socket reports an error other than ENOBUFS; {@link #LOST} if the
     *     kernel had no room for some answers (ENOBUFS)
     */
    public int receive() {
        try {
            return answers.receive(socket);
        } catch (LinuxException e) {
            return e.errno().equals(Errno.ENOBUFS) ? LOST : 0;
        }
    }

    /**
     * Sends requests, each of which must ask for an acknowledgement (NLM_F_ACK).
     *
     * @param length their length in bytes
     * @throws LinuxException with the error of the first request that the kernel refuses
     */
    public void request(int length) throws LinuxException {
        Errno refused = send(length);
        ByteBuffer headers = answers().duplicate().order(ByteOrder.nativeOrder());
        for (int read = receive(); read != 0; read = receive()) {
            if (read == LOST) {
                refused = Errno.ENOBUFS;
            }
            for (int i = 0; i < read && refused == null; i++) {
                boolean isError = headers.getShort(offset(i) + TYPE) == NLMSG_ERROR;
                int error = isError ? headers.getInt(offset(i) + ERROR_NUMBER) : 0;
                refused = error == 0 ? null : Errno.of(-error);
            }
        }
        if (refused != null) {
            throw new LinuxException("netlink", refused);
        }
    }

    /** Is called for each message of a dump. */
    public interface MessageVisitor {
        /**
         * @param offset where the message begins in {@link NetlinkSocket#answers}
         * @param end where it ends
         */
        void message(int offset, int end);
    }

    /**
     * Sends a request for many messages (NLM_F_DUMP) and reads them all. The room for one answer must be 32 KiB: the
     * kernel puts as many messages into an answer as fit.
     *
     * @param length the request's length in bytes
     * @param messages is called for each message
     * @throws LinuxException if the kernel refuses the request, or messages were lost
     */
    public void dump(int length, MessageVisitor messages) throws LinuxException {
        Errno end = send(length);
        while (end == null) {
            int read = receive();
            if (read <= 0) {
                end = Errno.ENOBUFS;
            }
            for (int i = 0; i < read && end == null; i++) {
                end = unpack(offset(i), offset(i) + length(i), messages);
            }
        }
        if (!end.equals(Errno.NONE)) {
            throw new LinuxException("netlink", end);
        }
    }

    /** Passes on the messages of one answer. Returns null if more follow, or else the error with which the dump ended. */
    private Errno unpack(int start, int end, MessageVisitor messages) {
        ByteBuffer headers = answers().duplicate().order(ByteOrder.nativeOrder());
        for (int at = start; at + ERROR_NUMBER <= end; at += (headers.getInt(at) + 3) & -4) {
            short type = headers.getShort(at + TYPE);
            if (type == NLMSG_ERROR || type == NLMSG_DONE) {
                return Errno.of(-headers.getInt(at + ERROR_NUMBER));
            }
            messages.message(at, at + headers.getInt(at));
        }
        return null;
    }

    /**
     * @return the number of the network namespace that it belongs to, as {@link Socket#networkCookie} returns it
     */
    public long networkCookie() {
        return socket.networkCookie();
    }

    /**
     * @param index the answer's index among those that were read
     * @return where it begins in {@link #answers}
     */
    public int offset(int index) {
        return answers.offset(index);
    }

    /**
     * @param index the answer's index among those that were read
     * @return its length in bytes
     */
    public int length(int index) {
        return answers.length(index);
    }

    @Override
    public void close() {
        socket.close();
        requests.close();
        answers.close();
    }
}
