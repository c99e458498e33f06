package org.waymark.firewall;

import static org.waymark.linux.NetfilterRequests.NLM_F_REQUEST;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.waymark.linux.NetfilterRequests;

/** Writes the transaction that adds a {@link MarkRule} (linux/netfilter/nf_tables.h). */
final class RuleMessages {
    /** Room for the longest of the messages, which is a rule. */
    static final int MAX_BYTES = 1024;

    /** The transaction's begin and end, table and chain. */
    private static final int BESIDE_THE_RULES = 4;

    private static final String CHAIN = "input";

    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NLM_F_EXCL = 0x200;
    private static final int NLM_F_APPEND = 0x800;

    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;
    private static final int NFT_MSG_NEWTABLE = NFNL_SUBSYS_NFTABLES << 8;
    private static final int NFT_MSG_NEWCHAIN = NFNL_SUBSYS_NFTABLES << 8 | 3;
    private static final int NFT_MSG_NEWRULE = NFNL_SUBSYS_NFTABLES << 8 | 6;
    private static final int NFPROTO_INET = 1;

    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_FLAGS = 2;
    private static final int NFT_TABLE_F_OWNER = 2;

    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;
    private static final int NF_INET_LOCAL_IN = 1;

    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFT_REG_1 = 1;

    private static final int NFTA_META_DREG = 1;
    private static final int NFTA_META_KEY = 2;
    private static final int NFTA_META_SREG = 3;
    private static final int NFT_META_MARK = 3;
    private static final int NFT_META_L4PROTO = 16;
    private static final byte IPPROTO_UDP = 17;

    private static final int NFTA_PAYLOAD_DREG = 1;
    private static final int NFTA_PAYLOAD_BASE = 2;
    private static final int NFTA_PAYLOAD_OFFSET = 3;
    private static final int NFTA_PAYLOAD_LEN = 4;
    private static final int NFT_PAYLOAD_TRANSPORT_HEADER = 2;
    private static final int UDP_DESTINATION_PORT = 2;

    private static final int NFTA_CMP_SREG = 1;
    private static final int NFTA_CMP_OP = 2;
    private static final int NFTA_CMP_DATA = 3;
    private static final int NFT_CMP_EQ = 0;

    private static final int NFTA_IMMEDIATE_DREG = 1;
    private static final int NFTA_IMMEDIATE_DATA = 2;

    private static final int NFTA_CT_DREG = 1;
    private static final int NFTA_CT_KEY = 2;
    private static final int NFTA_CT_DIRECTION = 3;
    private static final int NFT_CT_MARK = 3;
    private static final int NFT_CT_ZONE = 17;
    private static final byte IP_CT_DIR_REPLY = 1;

    private final NetfilterRequests requests;
    private int sequence;

    /**
     * @param requests where the messages are written, from offset 0 on; {@link #MAX_BYTES} each
     */
    RuleMessages(ByteBuffer requests) {
        this.requests = new NetfilterRequests(requests);
    }

    /** How many messages there are for so many ports; the kernel answers none of them more than once. */
    static int count(int ports) {
        return BESIDE_THE_RULES + ports;
    }

    /** Writes all messages; returns their length in bytes. */
    int write(String table, Set<Integer> ports, int zone) {
        batch(NFNL_MSG_BATCH_BEGIN);
        table(table);
        chain(table);
        ports.forEach(port -> rule(table, port, zone));
        batch(NFNL_MSG_BATCH_END);
        return requests.length();
    }

    private void batch(int type) {
        requests.begin(type, NLM_F_REQUEST, sequence++, 0, NFNL_SUBSYS_NFTABLES);
        requests.end();
    }

    private void begin(int type, int flags) {
        requests.begin(type, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags, sequence++, NFPROTO_INET, 0);
    }

    private void table(String name) {
        begin(NFT_MSG_NEWTABLE, NLM_F_EXCL);
        requests.attribute(NFTA_TABLE_NAME, name);
        requests.attribute(NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
        requests.end();
    }

    private void chain(String table) {
        begin(NFT_MSG_NEWCHAIN, NLM_F_EXCL);
        requests.attribute(NFTA_CHAIN_TABLE, table);
        requests.attribute(NFTA_CHAIN_NAME, CHAIN);
        int hook = requests.beginNested(NFTA_CHAIN_HOOK);
        requests.attribute(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_IN);
        requests.attribute(NFTA_HOOK_PRIORITY, Integer.MAX_VALUE);
        requests.endNested(hook);
        requests.attribute(NFTA_CHAIN_TYPE, "filter");
        requests.end();
    }

    private void rule(String table, int port, int zone) {
        begin(NFT_MSG_NEWRULE, NLM_F_APPEND);
        requests.attribute(NFTA_RULE_TABLE, table);
        requests.attribute(NFTA_RULE_CHAIN, CHAIN);
        int expressions = requests.beginNested(NFTA_RULE_EXPRESSIONS);
        expression("meta", () -> {
            requests.attribute(NFTA_META_DREG, NFT_REG_1);
            requests.attribute(NFTA_META_KEY, NFT_META_L4PROTO);
        });
        continueIf(() -> requests.attribute(NFTA_DATA_VALUE, IPPROTO_UDP));
        expression("payload", () -> {
            requests.attribute(NFTA_PAYLOAD_DREG, NFT_REG_1);
            requests.attribute(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
            requests.attribute(NFTA_PAYLOAD_OFFSET, UDP_DESTINATION_PORT);
            requests.attribute(NFTA_PAYLOAD_LEN, Short.BYTES);
        });
        continueIf(() -> requests.attribute(NFTA_DATA_VALUE, (short) port));
        expression("immediate", () -> {
            requests.attribute(NFTA_IMMEDIATE_DREG, NFT_REG_1);
            nested(NFTA_IMMEDIATE_DATA, () -> requests.attribute(NFTA_DATA_VALUE, 0));
        });
        setPacketMark();
        expression("ct", () -> {
            requests.attribute(NFTA_CT_DREG, NFT_REG_1);
            requests.attribute(NFTA_CT_KEY, NFT_CT_ZONE);
            requests.attribute(NFTA_CT_DIRECTION, IP_CT_DIR_REPLY);
        });
        continueIf(() -> requests.attribute(NFTA_DATA_VALUE, asInRegister((short) zone)));
        expression("ct", () -> {
            requests.attribute(NFTA_CT_DREG, NFT_REG_1);
            requests.attribute(NFTA_CT_KEY, NFT_CT_MARK);
        });
        setPacketMark();
        requests.endNested(expressions);
        requests.end();
    }

    /** Ends the rule here unless the register is equal to the value. */
    private void continueIf(Runnable value) {
        expression("cmp", () -> {
            requests.attribute(NFTA_CMP_SREG, NFT_REG_1);
            requests.attribute(NFTA_CMP_OP, NFT_CMP_EQ);
            nested(NFTA_CMP_DATA, value);
        });
    }

    /** What conntrack tells is in the processor's byte order, unlike what lies in packets. */
    private static short asInRegister(short value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
    }

    private void setPacketMark() {
        expression("meta", () -> {
            requests.attribute(NFTA_META_KEY, NFT_META_MARK);
            requests.attribute(NFTA_META_SREG, NFT_REG_1);
        });
    }

    private void expression(String name, Runnable data) {
        nested(NFTA_LIST_ELEM, () -> {
            requests.attribute(NFTA_EXPR_NAME, name);
            nested(NFTA_EXPR_DATA, data);
        });
    }

    private void nested(int type, Runnable content) {
        int start = requests.beginNested(type);
        content.run();
        requests.endNested(start);
    }
}
