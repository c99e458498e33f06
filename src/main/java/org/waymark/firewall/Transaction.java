package org.waymark.firewall;

import static org.waymark.linux.NetfilterRequests.NLM_F_ACK;
import static org.waymark.linux.NetfilterRequests.NLM_F_CREATE;
import static org.waymark.linux.NetfilterRequests.NLM_F_EXCL;
import static org.waymark.linux.NetfilterRequests.NLM_F_REQUEST;

import java.util.function.Consumer;
import org.waymark.linux.NetfilterRequests;

/** Writes a transaction of nftables: the kernel applies all of it, or nothing. */
final class Transaction {
    static final int NF_INET_LOCAL_IN = 1;
    static final int NF_INET_LOCAL_OUT = 3;
    static final int NF_INET_POST_ROUTING = 4;

    /** The subsystem in the upper half of a message's type (linux/netfilter/nfnetlink.h). */
    static final int NFTABLES = 10 << 8;

    static final int NFTA_TABLE_NAME = 1;
    static final int NFTA_TABLE_FLAGS = 2;
    static final int NFTA_CHAIN_TABLE = 1;
    static final int NFTA_CHAIN_HOOK = 4;
    static final int NFTA_HOOK_HOOKNUM = 1;
    static final int NFTA_HOOK_PRIORITY = 2;

    private static final int NLM_F_APPEND = 0x800;

    private static final int NFT_MSG_NEWTABLE = NFTABLES;
    private static final int NFT_MSG_DELTABLE = NFTABLES | 2;
    private static final int NFT_MSG_NEWCHAIN = NFTABLES | 3;
    private static final int NFT_MSG_DELCHAIN = NFTABLES | 5;
    private static final int NFT_MSG_NEWRULE = NFTABLES | 6;
    private static final int NFT_MSG_DELRULE = NFTABLES | 8;
    private static final int NFT_MSG_NEWSET = NFTABLES | 9;
    private static final int NFT_MSG_NEWSETELEM = NFTABLES | 12;
    private static final int NFT_MSG_DELSETELEM = NFTABLES | 14;

    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_TYPE = 7;

    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_EXPRESSIONS = 4;

    private static final int NFTA_SET_TABLE = 1;
    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_ID = 10;

    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_DATA_VALUE = 1;

    private final NetfilterRequests requests;
    private String table;
    private int sequence;
    private int sets;

    Transaction(NetfilterRequests requests) {
        this.requests = requests;
    }

    void begin() {
        requests.clear();
        requests.beginBatch(NFTABLES >> 8, sequence++);
    }

    /** Names the tables, one for each IP version, that the following messages are about. */
    void table(String name) {
        table = name;
    }

    /** Ends the transaction; returns its length in bytes. */
    int end() {
        requests.endBatch(NFTABLES >> 8, sequence++);
        return requests.length();
    }

    private void message(int type, int flags, Family family) {
        requests.begin(type, NLM_F_REQUEST | NLM_F_ACK | flags, sequence++, family.protocol, 0);
    }

    void addTable(Family family, int flags) {
        message(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL, family);
        requests.attribute(NFTA_TABLE_NAME, table);
        requests.attribute(NFTA_TABLE_FLAGS, flags);
        requests.end();
    }

    void removeTable(Family family) {
        message(NFT_MSG_DELTABLE, 0, family);
        requests.attribute(NFTA_TABLE_NAME, table);
        requests.end();
    }

    void chain(Family family, String chain, String type, int hook, int priority) {
        message(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL, family);
        requests.attribute(NFTA_CHAIN_TABLE, table);
        requests.attribute(NFTA_CHAIN_NAME, chain);
        int hooked = requests.beginNested(NFTA_CHAIN_HOOK);
        requests.attribute(NFTA_HOOK_HOOKNUM, hook);
        requests.attribute(NFTA_HOOK_PRIORITY, priority);
        requests.endNested(hooked);
        requests.attribute(NFTA_CHAIN_TYPE, type);
        requests.end();
    }

    /** Removes a chain without rules. */
    void removeChain(Family family, String chain) {
        message(NFT_MSG_DELCHAIN, 0, family);
        requests.attribute(NFTA_CHAIN_TABLE, table);
        requests.attribute(NFTA_CHAIN_NAME, chain);
        requests.end();
    }

    /** Removes all rules of a chain. A packet meets them, or those that are added in the same transaction, but never none. */
    void removeRules(Family family, String chain) {
        message(NFT_MSG_DELRULE, 0, family);
        requests.attribute(NFTA_RULE_TABLE, table);
        requests.attribute(NFTA_RULE_CHAIN, chain);
        requests.end();
    }

    void rule(Family family, String chain, Consumer<Expressions> content) {
        message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, family);
        requests.attribute(NFTA_RULE_TABLE, table);
        requests.attribute(NFTA_RULE_CHAIN, chain);
        int expressions = requests.beginNested(NFTA_RULE_EXPRESSIONS);
        content.accept(new Expressions(requests));
        requests.endNested(expressions);
        requests.end();
    }

    /** Adds a set of addresses, protocols and ports. */
    void set(Family family, String set) {
        message(NFT_MSG_NEWSET, NLM_F_CREATE | NLM_F_EXCL, family);
        requests.attribute(NFTA_SET_TABLE, table);
        requests.attribute(NFTA_SET_NAME, set);
        requests.attribute(NFTA_SET_FLAGS, 0);
        requests.attribute(NFTA_SET_KEY_TYPE, family.keyType);
        requests.attribute(NFTA_SET_KEY_LEN, family.keyBytes());
        requests.attribute(NFTA_SET_ID, ++sets);
        requests.end();
    }

    void element(Family family, String set, byte[] key) {
        message(NFT_MSG_NEWSETELEM, NLM_F_CREATE, family);
        element(set, key);
    }

    void removeElement(Family family, String set, byte[] key) {
        message(NFT_MSG_DELSETELEM, 0, family);
        element(set, key);
    }

    private void element(String set, byte[] key) {
        requests.attribute(NFTA_SET_ELEM_LIST_TABLE, table);
        requests.attribute(NFTA_SET_ELEM_LIST_SET, set);
        int elements = requests.beginNested(NFTA_SET_ELEM_LIST_ELEMENTS);
        int element = requests.beginNested(NFTA_LIST_ELEM);
        int keys = requests.beginNested(NFTA_SET_ELEM_KEY);
        requests.attribute(NFTA_DATA_VALUE, key);
        requests.endNested(keys);
        requests.endNested(element);
        requests.endNested(elements);
        requests.end();
    }
}
