package org.waymark.firewall;

import static org.waymark.firewall.NfTables.ALL_BITS;
import static org.waymark.firewall.NfTables.CT_LABELS;
import static org.waymark.firewall.NfTables.CT_MARK;
import static org.waymark.firewall.NfTables.FIRST_REGISTER;
import static org.waymark.firewall.NfTables.META_MARK;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.waymark.linux.NetfilterRequests;

/**
 * Writes the expressions of one rule (linux/netfilter/nf_tables.h), in the order in which the kernel evaluates them. Each loads something
 * into a register, compares a register, or acts. An expression that does not match, or has nothing to load, ends the rule. Methods without
 * a parameter for the register use the first one.
 */
final class Expressions {
    private static final int VERDICT_REGISTER = 0;

    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;

    private static final int NFTA_META_DREG = 1;
    private static final int NFTA_META_KEY = 2;
    private static final int NFTA_META_SREG = 3;

    private static final int NFTA_CT_DREG = 1;
    private static final int NFTA_CT_KEY = 2;
    private static final int NFTA_CT_DIRECTION = 3;
    private static final int NFTA_CT_SREG = 4;

    private static final int NFTA_SOCKET_KEY = 1;
    private static final int NFTA_SOCKET_DREG = 2;
    private static final int NFT_SOCKET_MARK = 1;

    private static final int NFTA_PAYLOAD_DREG = 1;
    private static final int NFTA_PAYLOAD_BASE = 2;
    private static final int NFTA_PAYLOAD_OFFSET = 3;
    private static final int NFTA_PAYLOAD_LEN = 4;

    private static final int NFTA_CMP_SREG = 1;
    private static final int NFTA_CMP_OP = 2;
    private static final int NFTA_CMP_DATA = 3;
    private static final int NFT_CMP_EQ = 0;
    private static final int NFT_CMP_NEQ = 1;

    private static final int NFTA_BITWISE_SREG = 1;
    private static final int NFTA_BITWISE_DREG = 2;
    private static final int NFTA_BITWISE_LEN = 3;
    private static final int NFTA_BITWISE_MASK = 4;
    private static final int NFTA_BITWISE_XOR = 5;

    private static final int NFTA_LOOKUP_SET = 1;
    private static final int NFTA_LOOKUP_SREG = 2;

    private static final int NFTA_IMMEDIATE_DREG = 1;
    private static final int NFTA_IMMEDIATE_DATA = 2;

    private static final int NFTA_TARGET_NAME = 1;
    private static final int NFTA_TARGET_REV = 2;
    private static final int NFTA_TARGET_INFO = 3;

    /** {@code struct xt_connmark_tginfo1}: ctmark, ctmask, nfmask, mode; aligned to 8 (linux/netfilter/xt_connmark.h). */
    private static final int CONNMARK_BYTES = 16;

    private static final byte XT_CONNMARK_SAVE = 1;

    private final NetfilterRequests requests;

    Expressions(NetfilterRequests requests) {
        this.requests = requests;
    }

    /** Loads a property of the packet, such as {@link NfTables#META_MARK}. */
    Expressions meta(int key) {
        return meta(key, FIRST_REGISTER);
    }

    Expressions meta(int key, int register) {
        return expression("meta", () -> {
            requests.attribute(NFTA_META_DREG, register);
            requests.attribute(NFTA_META_KEY, key);
        });
    }

    /** Sets the packet's mark to the value in the register. */
    Expressions setPacketMark() {
        return expression("meta", () -> {
            requests.attribute(NFTA_META_KEY, META_MARK);
            requests.attribute(NFTA_META_SREG, FIRST_REGISTER);
        });
    }

    /** Loads a property of the packet's connection, such as {@link NfTables#CT_STATE}. A packet that is not tracked has none. */
    Expressions connection(int key) {
        return expression("ct", () -> {
            requests.attribute(NFTA_CT_DREG, FIRST_REGISTER);
            requests.attribute(NFTA_CT_KEY, key);
        });
    }

    Expressions connection(int key, byte direction, int register) {
        return expression("ct", () -> {
            requests.attribute(NFTA_CT_DREG, register);
            requests.attribute(NFTA_CT_KEY, key);
            requests.attribute(NFTA_CT_DIRECTION, direction);
        });
    }

    /** Sets the connection's mark to the value in the register. */
    Expressions setConnectionMark() {
        return setConnection(CT_MARK);
    }

    private Expressions setConnection(int key) {
        return expression("ct", () -> {
            requests.attribute(NFTA_CT_KEY, key);
            requests.attribute(NFTA_CT_SREG, FIRST_REGISTER);
        });
    }

    /** Adds these labels to those that the connection has. */
    Expressions addLabels(byte[] labels) {
        load(labels);
        return setConnection(CT_LABELS);
    }

    /** Continues if the connection has one of these labels. */
    Expressions hasLabel(byte[] labels) {
        return connection(CT_LABELS).and(labels).isNotZero(labels.length);
    }

    /** Copies the bits in the mask from the packet's mark to the connection's; the other bits stay. */
    Expressions saveMark(int mask) {
        byte[] info = ByteBuffer.allocate(CONNMARK_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0)
                .putInt(mask)
                .putInt(mask)
                .put(XT_CONNMARK_SAVE)
                .array();
        return expression("target", () -> {
            requests.attribute(NFTA_TARGET_NAME, "CONNMARK");
            requests.attribute(NFTA_TARGET_REV, 1);
            requests.attribute(NFTA_TARGET_INFO, info);
        });
    }

    /** Loads the mark of the socket that the packet is for. */
    Expressions socketMark() {
        return expression("socket", () -> {
            requests.attribute(NFTA_SOCKET_KEY, NFT_SOCKET_MARK);
            requests.attribute(NFTA_SOCKET_DREG, FIRST_REGISTER);
        });
    }

    /** Loads bytes of the packet. */
    Expressions payload(int header, int offset, int bytes) {
        return payload(header, offset, bytes, FIRST_REGISTER);
    }

    Expressions payload(int header, int offset, int bytes, int register) {
        return expression("payload", () -> {
            requests.attribute(NFTA_PAYLOAD_DREG, register);
            requests.attribute(NFTA_PAYLOAD_BASE, header);
            requests.attribute(NFTA_PAYLOAD_OFFSET, offset);
            requests.attribute(NFTA_PAYLOAD_LEN, bytes);
        });
    }

    /** Continues if the register has these bytes. */
    Expressions is(byte[] value) {
        return compare(NFT_CMP_EQ, value);
    }

    /** Continues if the register has this 8-bit number. */
    Expressions is8(byte value) {
        return is(new byte[] {value});
    }

    /** Continues if the register has this 16-bit number, in the byte order of packets. */
    Expressions is16(int value) {
        return is(new byte[] {(byte) (value >> Byte.SIZE), (byte) value});
    }

    /** Continues if the register has this 32-bit number, in the byte order of the kernel. */
    Expressions is32(int value) {
        return is(inRegister(value));
    }

    /** Continues unless the register has this 32-bit number, in the byte order of the kernel. */
    Expressions isNot32(int value) {
        return compare(NFT_CMP_NEQ, inRegister(value));
    }

    Expressions isNotZero(int bytes) {
        return compare(NFT_CMP_NEQ, new byte[bytes]);
    }

    private Expressions compare(int operation, byte[] value) {
        return expression("cmp", () -> {
            requests.attribute(NFTA_CMP_SREG, FIRST_REGISTER);
            requests.attribute(NFTA_CMP_OP, operation);
            nested(NFTA_CMP_DATA, () -> requests.attribute(NFTA_DATA_VALUE, value));
        });
    }

    /** Clears the bits of an 8-bit number that are not in the mask. */
    Expressions and8(byte mask) {
        return and(new byte[] {mask});
    }

    /** Clears the bits of a 32-bit number that are not in the mask. */
    Expressions and32(int mask) {
        return mask == ALL_BITS ? this : and(inRegister(mask));
    }

    private Expressions and(byte[] mask) {
        return expression("bitwise", () -> {
            requests.attribute(NFTA_BITWISE_SREG, FIRST_REGISTER);
            requests.attribute(NFTA_BITWISE_DREG, FIRST_REGISTER);
            requests.attribute(NFTA_BITWISE_LEN, mask.length);
            nested(NFTA_BITWISE_MASK, () -> requests.attribute(NFTA_DATA_VALUE, mask));
            nested(NFTA_BITWISE_XOR, () -> requests.attribute(NFTA_DATA_VALUE, new byte[mask.length]));
        });
    }

    /** Continues if the set contains the key that begins in the first register. */
    Expressions isIn(String set) {
        return expression("lookup", () -> {
            requests.attribute(NFTA_LOOKUP_SET, set);
            requests.attribute(NFTA_LOOKUP_SREG, FIRST_REGISTER);
        });
    }

    /** Loads a number into the register. */
    Expressions load(int value) {
        return load(inRegister(value));
    }

    private Expressions load(byte[] value) {
        return expression("immediate", () -> {
            requests.attribute(NFTA_IMMEDIATE_DREG, FIRST_REGISTER);
            nested(NFTA_IMMEDIATE_DATA, () -> requests.attribute(NFTA_DATA_VALUE, value));
        });
    }

    /** Counts the packets that come so far in the rule. */
    Expressions counter() {
        return expression("counter", () -> {});
    }

    /** Ends the chain for this packet with a verdict. */
    void verdict(int code) {
        expression("immediate", () -> {
            requests.attribute(NFTA_IMMEDIATE_DREG, VERDICT_REGISTER);
            nested(
                    NFTA_IMMEDIATE_DATA,
                    () -> nested(NFTA_DATA_VERDICT, () -> requests.attribute(NFTA_VERDICT_CODE, code)));
        });
    }

    /** The kernel's own numbers are in the processor's byte order, unlike those in packets. */
    private static byte[] inRegister(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    /** The same for a 16-bit number. */
    static byte[] inRegister(short value) {
        return ByteBuffer.allocate(Short.BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(value)
                .array();
    }

    private Expressions expression(String name, Runnable data) {
        nested(NFTA_LIST_ELEM, () -> {
            requests.attribute(NFTA_EXPR_NAME, name);
            nested(NFTA_EXPR_DATA, data);
        });
        return this;
    }

    private void nested(int type, Runnable content) {
        int start = requests.beginNested(type);
        content.run();
        requests.endNested(start);
    }
}
