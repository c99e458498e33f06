package org.waymark.sets;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Set;
import org.waymark.linux.Attributes;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/** Listens to what others change in nftables, and notes which sets have lost something. */
final class SetNews implements AutoCloseable {
    private static final int NFNLGRP_NFTABLES = 7;

    private static final int NFTABLES = NftSets.NFNL_SUBSYS_NFTABLES << 8;
    private static final int NFT_MSG_NEWCHAIN = 3;
    private static final int NFT_MSG_DELCHAIN = 5;
    private static final int NFT_MSG_NEWRULE = 6;
    private static final int NFT_MSG_DELRULE = 8;
    private static final int NFT_MSG_NEWSET = 9;
    private static final int NFT_MSG_DELSET = 11;
    private static final int NFT_MSG_NEWSETELEM = 12;
    private static final int NFT_MSG_DELSETELEM = 14;
    private static final int NFT_MSG_NEWGEN = 15;
    private static final int NFT_MSG_GETGEN = 16;
    private static final int NFT_MSG_NEWOBJ = 18;
    private static final int NFT_MSG_DELOBJ = 20;
    private static final int NFT_MSG_NEWFLOWTABLE = 22;
    private static final int NFT_MSG_DELFLOWTABLE = 24;

    /** What takes nothing out of a set. Whatever is not known here may have done so. */
    private static final Set<Integer> HARMLESS = Set.of(
            NFT_MSG_NEWCHAIN,
            NFT_MSG_DELCHAIN,
            NFT_MSG_NEWRULE,
            NFT_MSG_DELRULE,
            NFT_MSG_NEWSETELEM,
            NFT_MSG_NEWGEN,
            NFT_MSG_NEWOBJ,
            NFT_MSG_DELOBJ,
            NFT_MSG_NEWFLOWTABLE,
            NFT_MSG_DELFLOWTABLE);

    private static final int MESSAGE_TYPE = 4;
    private static final int MESSAGE_FAMILY = 16;

    /** All messages of nf_tables have the names of the table, and of what is in it, at the same places. */
    private static final int NFTA_SET_TABLE = 1;

    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_DATA_VALUE = 1;

    private static final int ANSWERS = 32;

    /** The kernel fills half of this at most. */
    private static final int ANSWER_BYTES = 1 << 14;

    private static final int RECEIVE_BUFFER = 1 << 22;
    private static final long END_MILLIS = 1_000;

    private final NetlinkSocket netlink;
    private final Attributes attributes;
    private final ByteBuffer host;
    private final Collection<ServedSet> sets;
    private final SetWriter writer;
    private final Thread thread = new Thread(this::listen, "news of sets");
    private volatile boolean open = true;

    /** Whether the writer must look at a set. */
    private boolean fresh;

    /**
     * @param changer the socket whose changes are no news
     * @param sets those that are served, which may change
     * @param writer is told
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    SetNews(NetlinkSocket changer, Collection<ServedSet> sets, SetWriter writer) throws LinuxException {
        this.netlink = NetlinkSocket.listen(NFNLGRP_NFTABLES, changer, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER);
        this.attributes = new Attributes(netlink.answers());
        this.host = netlink.answers().duplicate().order(ByteOrder.nativeOrder());
        this.sets = sets;
        this.writer = writer;
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (open) {
            netlink.await();
            for (int read = netlink.receive(); read != 0; read = netlink.receive()) {
                if (read == NetlinkSocket.LOST) {
                    sets.forEach(this::changed);
                }
                for (int i = 0; i < read; i++) {
                    unpack(netlink.offset(i), netlink.offset(i) + netlink.length(i));
                }
            }
            if (fresh) {
                fresh = false;
                writer.wake();
            }
        }
        netlink.close();
    }

    private void unpack(int start, int end) {
        for (int at = start;
                at + Attributes.START <= end;
                at += Math.max(Attributes.START, (host.getInt(at) + 3) & -4)) {
            int type = Short.toUnsignedInt(host.getShort(at + MESSAGE_TYPE));
            if ((type & 0xff00) == NFTABLES && !HARMLESS.contains(type & 0xff)) {
                message(type & 0xff, at, Math.min(end, at + host.getInt(at)));
            }
        }
    }

    private void message(int type, int message, int end) {
        int start = message + Attributes.START;
        String table = text(NFTA_SET_TABLE, start, end);
        String name = text(NFTA_SET_NAME, start, end);
        boolean ofSet = type == NFT_MSG_NEWSET || type == NFT_MSG_DELSET || type == NFT_MSG_DELSETELEM;
        for (ServedSet set : sets) {
            if (set.name().family().protocol != host.get(message + MESSAGE_FAMILY)
                    || !set.name().table().equals(table)
                    || ofSet && !set.name().set().equals(name)) {
                continue;
            }
            if (type == NFT_MSG_DELSETELEM && set.type() != null) {
                elements(set, start, end);
            } else {
                changed(set);
            }
        }
    }

    private void changed(ServedSet set) {
        set.changed();
        fresh = true;
    }

    private String text(int type, int start, int end) {
        int value = attributes.find(type, start, end);
        return value == Attributes.NONE ? "" : attributes.text(value);
    }

    private void elements(ServedSet set, int start, int end) {
        int list = attributes.find(NFTA_SET_ELEM_LIST_ELEMENTS, start, end);
        int listEnd = list == Attributes.NONE ? start : attributes.end(list);
        int element = attributes.find(NFTA_LIST_ELEM, list == Attributes.NONE ? start : list, listEnd);
        while (element != Attributes.NONE) {
            int elementEnd = attributes.end(element);
            int key = attributes.find(NFTA_SET_ELEM_KEY, element, elementEnd);
            if (key != Attributes.NONE) {
                int value = attributes.find(NFTA_DATA_VALUE, key, attributes.end(key));
                set.type()
                        .read(netlink.answers(), value, attributes.end(value))
                        .ifPresent(removed -> lose(set, removed));
            }
            element = attributes.find(NFTA_LIST_ELEM, (elementEnd + 3) & -4, listEnd);
        }
    }

    private void lose(ServedSet set, Key key) {
        Element element = set.elements().get(key);
        if (element != null) {
            element.lost();
            writer.lose(set, key);
        }
    }

    /** Ends the thread: an answer to any request wakes it up. */
    @Override
    public void close() {
        open = false;
        NetfilterRequests request = new NetfilterRequests(netlink.requests());
        request.begin(NFTABLES | NFT_MSG_GETGEN, NetfilterRequests.NLM_F_REQUEST, 0, 0, 0);
        request.end();
        netlink.send(request.length());
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
