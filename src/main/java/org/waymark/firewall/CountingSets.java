package org.waymark.firewall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.waymark.linux.Attributes;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/**
 * Reads the sets of the table {@code inet waymark} that count traffic by mark, which {@code waymark rules --accounting} sets up: dynamic
 * sets of nft with a counter for each element (linux/netfilter/nf_tables.h). Reading changes nothing.
 *
 * <p>A reading is no snapshot: while the kernel resizes a set, it may list an element twice or not at all. Each value that is listed is right.
 *
 * <p>Not thread-safe.
 */
public final class CountingSets implements AutoCloseable {
    /** The name of the table, of nft's family inet. */
    public static final String TABLE = "waymark";

    private static final int NFPROTO_INET = 1;
    private static final int ANY_FAMILY = 0;

    private static final int REQUEST_BYTES = 256;

    /** The most that the kernel puts into one answer. */
    private static final int ANSWER_BYTES = 1 << 15;

    private static final int ANSWERS = 4;
    private static final int RECEIVE_BUFFER = 1 << 18;

    private static final int NFT_MSG_GETTABLE = Transaction.NFTABLES | 1;
    private static final int NFT_MSG_GETRULE = Transaction.NFTABLES | 7;
    private static final int NFT_MSG_GETSET = Transaction.NFTABLES | 10;
    private static final int NFT_MSG_GETSETELEM = Transaction.NFTABLES | 13;
    private static final int NFT_MSG_GETFLOWTABLE = Transaction.NFTABLES | 23;

    private static final int NFTA_TABLE_HANDLE = 4;

    private static final int NFTA_SET_TABLE = 1;
    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_HANDLE = 16;

    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_EXPR = 7;
    private static final int NFTA_DATA_VALUE = 1;

    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_COUNTER_BYTES = 1;
    private static final int NFTA_COUNTER_PACKETS = 2;

    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_DYNSET_SET_NAME = 1;

    private static final int NFTA_FLOWTABLE_NAME = 2;
    private static final int NFTA_FLOWTABLE_USE = 4;

    private final NetlinkSocket netlink;
    private final NetfilterRequests requests;
    private final Attributes attributes;
    private final ByteBuffer host;

    /** Is called for each element of a set. */
    public interface Visitor {
        /**
         * @param mark the mark
         * @param bytes the length of all IP packets since the element was made
         * @param packets their number
         */
        void element(int mark, long bytes, long packets);
    }

    private CountingSets(NetlinkSocket netlink) {
        this.netlink = netlink;
        this.requests = new NetfilterRequests(netlink.requests());
        this.attributes = new Attributes(netlink.answers());
        this.host = netlink.answers().duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * @return a reader of the network namespace that the calling thread is in
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static CountingSets open() throws LinuxException {
        return new CountingSets(NetlinkSocket.open(REQUEST_BYTES, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER));
    }

    /**
     * Finds the set of a leg.
     *
     * @return what distinguishes this set from every other one, of any table and network namespace, until the host starts again; empty if
     *     there is no such set, or it is not one of marks
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the kernel lacks nf_tables
     */
    public Optional<String> find(CountedLeg leg) throws LinuxException {
        try {
            long[] handles = new long[2];
            begin(NFT_MSG_GETTABLE, NetfilterRequests.NLM_F_ACK, NFPROTO_INET);
            requests.attribute(Transaction.NFTA_TABLE_NAME, TABLE);
            requests.end();
            netlink.dump(requests.length(), (message, end) -> handles[0] = int64(NFTA_TABLE_HANDLE, message, end));
            begin(NFT_MSG_GETSET, NetfilterRequests.NLM_F_ACK, NFPROTO_INET);
            requests.attribute(NFTA_SET_TABLE, TABLE);
            requests.attribute(NFTA_SET_NAME, leg.set());
            requests.end();
            netlink.dump(requests.length(), (message, end) -> {
                int length = attributes.find(NFTA_SET_KEY_LEN, message + Attributes.START, end);
                handles[1] = attributes.int32(length) == Integer.BYTES ? int64(NFTA_SET_HANDLE, message, end) : 0;
            });
            return handles[1] == 0
                    ? Optional.empty()
                    : Optional.of(Long.toUnsignedString(netlink.networkCookie()) + "/" + handles[0] + "/" + handles[1]);
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private long int64(int type, int message, int end) {
        return attributes.int64(attributes.find(type, message + Attributes.START, end));
    }

    /**
     * Reads all elements of a leg's set.
     *
     * @throws LinuxException ENOENT if there is no such set, EPERM without CAP_NET_ADMIN
     */
    public void read(CountedLeg leg, Visitor visitor) throws LinuxException {
        begin(NFT_MSG_GETSETELEM, NetfilterRequests.NLM_F_DUMP, NFPROTO_INET);
        requests.attribute(NFTA_SET_ELEM_LIST_TABLE, TABLE);
        requests.attribute(NFTA_SET_ELEM_LIST_SET, leg.set());
        requests.end();
        netlink.dump(requests.length(), (message, end) -> {
            int list = attributes.find(NFTA_SET_ELEM_LIST_ELEMENTS, message + Attributes.START, end);
            if (list != Attributes.NONE) {
                elements(list, attributes.end(list), visitor);
            }
        });
    }

    private void elements(int start, int end, Visitor visitor) {
        int element = attributes.find(NFTA_LIST_ELEM, start, end);
        while (element != Attributes.NONE) {
            int elementEnd = attributes.end(element);
            element(element, elementEnd, visitor);
            element = attributes.find(NFTA_LIST_ELEM, (elementEnd + 3) & -4, end);
        }
    }

    private void element(int start, int end, Visitor visitor) {
        int key = attributes.find(NFTA_SET_ELEM_KEY, start, end);
        int expression = attributes.find(NFTA_SET_ELEM_EXPR, start, end);
        if (key == Attributes.NONE || expression == Attributes.NONE) {
            return;
        }
        int expressionEnd = attributes.end(expression);
        int name = attributes.find(NFTA_EXPR_NAME, expression, expressionEnd);
        int counter = attributes.find(NFTA_EXPR_DATA, expression, expressionEnd);
        if (attributes.text(name).equals("counter")) {
            int counterEnd = attributes.end(counter);
            visitor.element(
                    host.getInt(attributes.find(NFTA_DATA_VALUE, key, attributes.end(key))),
                    attributes.int64(attributes.find(NFTA_COUNTER_BYTES, counter, counterEnd)),
                    attributes.int64(attributes.find(NFTA_COUNTER_PACKETS, counter, counterEnd)));
        }
    }

    /**
     * Lists the flowtables that rules lead to. What they forward passes by every other rule, so nothing counts it.
     *
     * @return their names
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    public Set<String> flowtables() throws LinuxException {
        Set<String> names = new TreeSet<>();
        begin(NFT_MSG_GETFLOWTABLE, NetfilterRequests.NLM_F_DUMP, ANY_FAMILY);
        requests.end();
        netlink.dump(requests.length(), (message, end) -> {
            int start = message + Attributes.START;
            int use = attributes.find(NFTA_FLOWTABLE_USE, start, end);
            if (use != Attributes.NONE && attributes.int32(use) > 0) {
                names.add(attributes.text(attributes.find(NFTA_FLOWTABLE_NAME, start, end)));
            }
        });
        return names;
    }

    /**
     * Lists the sets that rules of the table add to. What is in the others stands still.
     *
     * @return their names
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    public Set<String> fed() throws LinuxException {
        Set<String> names = new TreeSet<>();
        begin(NFT_MSG_GETRULE, NetfilterRequests.NLM_F_DUMP, NFPROTO_INET);
        requests.attribute(NFTA_RULE_TABLE, TABLE);
        requests.end();
        netlink.dump(requests.length(), (message, end) -> {
            int list = attributes.find(NFTA_RULE_EXPRESSIONS, message + Attributes.START, end);
            if (list != Attributes.NONE) {
                addFed(list, attributes.end(list), names);
            }
        });
        return names;
    }

    private void addFed(int start, int end, Set<String> names) {
        int expression = attributes.find(NFTA_LIST_ELEM, start, end);
        while (expression != Attributes.NONE) {
            int expressionEnd = attributes.end(expression);
            if (attributes
                    .text(attributes.find(NFTA_EXPR_NAME, expression, expressionEnd))
                    .equals("dynset")) {
                int data = attributes.find(NFTA_EXPR_DATA, expression, expressionEnd);
                names.add(attributes.text(attributes.find(NFTA_DYNSET_SET_NAME, data, attributes.end(data))));
            }
            expression = attributes.find(NFTA_LIST_ELEM, (expressionEnd + 3) & -4, end);
        }
    }

    private void begin(int type, int flags, int family) {
        requests.clear();
        requests.begin(type, NetfilterRequests.NLM_F_REQUEST | flags, 0, family, 0);
    }

    @Override
    public void close() {
        netlink.close();
    }
}
