package org.waymark.dns;

import java.util.StringJoiner;

/**
 * What the answer to a question depends on besides the question itself: a few flags of the header, and some of EDNS. Queries that say
 * anything else, such as cookies (RFC 7873), client subnets (RFC 7871) or signatures (RFC 8945), are answered for their client only.
 */
public final class Variant {
    /** No variant: the answer is for this query only. */
    public static final int NONE = -1;

    private static final int RD = 0x0100;
    private static final int AD = 0x0020;
    private static final int CD = 0x0010;

    /** The flags of the header that may be set, where the header has them. */
    static final int HEADER_FLAGS = RD | AD | CD;

    private static final int EDNS = 0x0001;
    private static final int DO = 0x8000;
    private static final int PADDED = 0x0002;

    private static final int OPTION_FIXED = 4;
    private static final int OPTION_KEEPALIVE = 11;
    private static final int OPTION_PADDING = 12;

    /** Types from here on up to 255 are questions without records of their own, such as AXFR and ANY (RFC 6895, section 3.1). */
    private static final int FIRST_QTYPE = 128;

    private static final int LAST_QTYPE = 255;
    private static final int TYPE_OPT = 41;

    /** The classes from here on up to 255 are only for questions and updates (RFC 6895, section 3.2). */
    private static final int FIRST_QCLASS = 254;

    private Variant() {}

    static boolean mayBeShared(int type, int dnsClass) {
        boolean hasRecords = type != TYPE_OPT && (type < FIRST_QTYPE || type > LAST_QTYPE);
        return hasRecords && (dnsClass < FIRST_QCLASS || dnsClass > LAST_QTYPE);
    }

    /** The variant of a query with EDNS: its version must be 0, and nothing but DO, padding and keepalive said in it. */
    static int ofEdns(int headerFlags, WireMessage query, MessageLayout layout) {
        int opt = layout.optStart();
        int rcodeAndVersion = query.unsignedShort(opt + MessageLayout.OPT_RCODE);
        int flags = query.unsignedShort(opt + MessageLayout.OPT_FLAGS);
        if (rcodeAndVersion != 0 || (flags & ~DO) != 0) {
            return NONE;
        }
        int variant = headerFlags | EDNS | flags;
        for (int option = opt + MessageLayout.OPT_DATA; option < layout.optEnd(); ) {
            int code = query.unsignedShort(option);
            if (code == OPTION_PADDING) {
                variant |= PADDED;
            } else if (code != OPTION_KEEPALIVE) {
                return NONE;
            }
            option += OPTION_FIXED + query.unsignedShort(option + Short.BYTES);
        }
        return variant;
    }

    /**
     * @param variant bits, not {@link #NONE}
     * @return what a query of this variant says, for people: {@code "RD EDNS DO"}
     */
    public static String describe(int variant) {
        StringJoiner words = new StringJoiner(" ");
        add(words, variant, RD, "RD");
        add(words, variant, AD, "AD");
        add(words, variant, CD, "CD");
        add(words, variant, EDNS, "EDNS");
        add(words, variant, DO, "DO");
        add(words, variant, PADDED, "padded");
        return words.toString();
    }

    private static void add(StringJoiner words, int variant, int bit, String word) {
        if ((variant & bit) != 0) {
            words.add(word);
        }
    }
}
