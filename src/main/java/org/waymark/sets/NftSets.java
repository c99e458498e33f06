package org.waymark.sets;

import static org.waymark.linux.NetfilterRequests.NLM_F_ACK;
import static org.waymark.linux.NetfilterRequests.NLM_F_CREATE;
import static org.waymark.linux.NetfilterRequests.NLM_F_EXCL;
import static org.waymark.linux.NetfilterRequests.NLM_F_REQUEST;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.waymark.linux.Attributes;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/**
 * Reads sets of nft, and changes what is in them (linux/netfilter/nf_tables.h).
 *
 * <p>Not thread-safe.
 */
final class NftSets implements AutoCloseable {
    /** The most elements of one transaction. */
    static final int MOST_ELEMENTS = 256;

    /** The subsystem of netfilter. */
    static final int NFNL_SUBSYS_NFTABLES = 10;

    private static final int NFTABLES = NFNL_SUBSYS_NFTABLES << 8;
    private static final int NFT_MSG_GETSET = NFTABLES | 10;
    private static final int NFT_MSG_NEWSETELEM = NFTABLES | 12;
    private static final int NFT_MSG_GETSETELEM = NFTABLES | 13;
    private static final int NFT_MSG_DELSETELEM = NFTABLES | 14;

    private static final int NFTA_SET_TABLE = 1;
    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;

    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_TIMEOUT = 4;
    private static final int NFTA_SET_ELEM_EXPIRATION = 5;
    private static final int NFTA_DATA_VALUE = 1;

    private static final int NLMSG_ERROR = 2;
    private static final int MESSAGE_TYPE = 4;
    private static final int MESSAGE_SEQUENCE = 8;

    /** A request for an element has both names, of up to 255 bytes, and the key. */
    private static final int REQUEST_BYTES = MOST_ELEMENTS * 640;

    private static final int ANSWERS = 64;
    private static final int ANSWER_BYTES = 2048;
    private static final int RECEIVE_BUFFER = 1 << 22;

    private final NetlinkSocket netlink;
    private final NetfilterRequests requests;
    private final Attributes attributes;
    private final ByteBuffer host;

    /**
     * What to put into a set.
     *
     * @param name the set
     * @param type its type
     * @param fresh keys that it does not have, with their ends as {@link System#nanoTime} counts
     * @param renewed keys that it may have, with their new ends
     */
    record Change(SetName name, SetType type, Map<Key, Long> fresh, Map<Key, Long> renewed) {}

    private NftSets(NetlinkSocket netlink) {
        this.netlink = netlink;
        this.requests = new NetfilterRequests(netlink.requests());
        this.attributes = new Attributes(netlink.answers());
        this.host = netlink.answers().duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * @return access to the sets of the network namespace that the calling thread is in
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    static NftSets open() throws LinuxException {
        return new NftSets(NetlinkSocket.open(REQUEST_BYTES, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER));
    }

    NetlinkSocket socket() {
        return netlink;
    }

    /**
     * @return what the kernel tells about a set
     * @throws LinuxException ENOENT if there is no such set, EPERM without CAP_NET_ADMIN
     */
    SetDescription describe(SetName name) throws LinuxException {
        requests.clear();
        requests.begin(NFT_MSG_GETSET, NLM_F_REQUEST | NLM_F_ACK, 0, name.family().protocol, 0);
        requests.attribute(NFTA_SET_TABLE, name.table());
        requests.attribute(NFTA_SET_NAME, name.set());
        requests.end();
        List<SetDescription> found = new ArrayList<>();
        netlink.dump(requests.length(), (message, end) -> {
            int start = message + Attributes.START;
            found.add(new SetDescription(
                    int32(NFTA_SET_KEY_TYPE, start, end),
                    int32(NFTA_SET_KEY_LEN, start, end),
                    int32(NFTA_SET_FLAGS, start, end)));
        });
        return found.get(0);
    }

    private int int32(int type, int start, int end) {
        int value = attributes.find(type, start, end);
        return value == Attributes.NONE ? 0 : attributes.int32(value);
    }

    /**
     * Carries out a change; the kernel carries out all of it, or nothing. Every packet meets a renewed key: before with its former end, and
     * then with the new one. A renewed key is added and removed before it is added with its new end, because before Linux 6.12 the end
     * of an element does not change, and a removal of what is not there would be refused.
     *
     * @throws LinuxException EEXIST if a fresh key is there already, ENFILE if the set is full, ENOENT if it is not there
     */
    void write(Change change) throws LinuxException {
        long now = System.nanoTime();
        requests.clear();
        requests.beginBatch(NFNL_SUBSYS_NFTABLES, 0);
        elements(NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL, change, change.fresh(), now);
        elements(NFT_MSG_NEWSETELEM, NLM_F_CREATE, change, change.renewed(), now);
        elements(NFT_MSG_DELSETELEM, 0, change, change.renewed(), now);
        elements(NFT_MSG_NEWSETELEM, NLM_F_CREATE, change, change.renewed(), now);
        requests.endBatch(NFNL_SUBSYS_NFTABLES, 0);
        netlink.request(requests.length());
    }

    private void elements(int type, int flags, Change change, Map<Key, Long> keys, long now) {
        if (keys.isEmpty()) {
            return;
        }
        begin(type, NLM_F_ACK | flags, 0, change.name());
        int list = requests.beginNested(NFTA_SET_ELEM_LIST_ELEMENTS);
        keys.forEach((key, until) -> {
            int element = requests.beginNested(NFTA_LIST_ELEM);
            key(change.type().bytes(key));
            if (type == NFT_MSG_NEWSETELEM) {
                requests.attribute(NFTA_SET_ELEM_TIMEOUT, Lifetime.wholeSeconds(until, now));
            }
            requests.endNested(element);
        });
        requests.endNested(list);
        requests.end();
    }

    private void begin(int type, int flags, int sequence, SetName name) {
        requests.begin(type, NLM_F_REQUEST | flags, sequence, name.family().protocol, 0);
        requests.attribute(NFTA_SET_ELEM_LIST_TABLE, name.table());
        requests.attribute(NFTA_SET_ELEM_LIST_SET, name.set());
    }

    private void key(byte[] bytes) {
        int key = requests.beginNested(NFTA_SET_ELEM_KEY);
        requests.attribute(NFTA_DATA_VALUE, bytes);
        requests.endNested(key);
    }

    /**
     * Reads which of these keys a set has. This never waits for the transactions of others.
     *
     * @param keys at most {@link #MOST_ELEMENTS}
     * @return those that it has, with their ends
     * @throws LinuxException ENOENT does not tell a set that is gone from a key that is not there: then none is there. ENOBUFS if answers
     *     were lost
     */
    Map<Key, Long> read(SetName name, SetType type, List<Key> keys) throws LinuxException {
        requests.clear();
        for (int i = 0; i < keys.size(); i++) {
            begin(NFT_MSG_GETSETELEM, 0, i, name);
            int list = requests.beginNested(NFTA_SET_ELEM_LIST_ELEMENTS);
            int element = requests.beginNested(NFTA_LIST_ELEM);
            key(type.bytes(keys.get(i)));
            requests.endNested(element);
            requests.endNested(list);
            requests.end();
        }
        Errno refused = netlink.send(requests.length());
        Map<Key, Long> found = new HashMap<>();
        for (int read = netlink.receive(); read != 0; read = netlink.receive()) {
            refused = read == NetlinkSocket.LOST ? Errno.ENOBUFS : refused;
            for (int i = 0; i < read; i++) {
                answer(i, keys, found);
            }
        }
        if (refused != null) {
            throw new LinuxException("netlink", refused);
        }
        return found;
    }

    private void answer(int index, List<Key> keys, Map<Key, Long> found) {
        int message = netlink.offset(index);
        int end = message + netlink.length(index);
        if (host.getShort(message + MESSAGE_TYPE) == NLMSG_ERROR) {
            return;
        }
        int list = attributes.find(NFTA_SET_ELEM_LIST_ELEMENTS, message + Attributes.START, end);
        int element = attributes.find(NFTA_LIST_ELEM, list, attributes.end(list));
        int expiration = attributes.find(NFTA_SET_ELEM_EXPIRATION, element, attributes.end(element));
        long now = System.nanoTime();
        long until = expiration == Attributes.NONE
                ? Lifetime.permanent(now)
                : now + TimeUnit.MILLISECONDS.toNanos(attributes.int64(expiration));
        found.put(keys.get(host.getInt(message + MESSAGE_SEQUENCE)), until);
    }

    @Override
    public void close() {
        netlink.close();
    }
}
