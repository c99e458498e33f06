package org.waymark.dns;

/** Constants of the fixed header at the start of every DNS message (RFC 1035 section 4.1.1). */
public final class Header {
    /** The header's length in bytes, which is also the length of the shortest message. */
    public static final int LENGTH = 12;

    /** The opcode of an ordinary query (RFC 1035). */
    public static final int OPCODE_QUERY = 0;
    /** The opcode with which a primary announces that a zone has changed (RFC 1996). */
    public static final int OPCODE_NOTIFY = 4;
    /** The opcode of a dynamic update (RFC 2136). */
    public static final int OPCODE_UPDATE = 5;

    /** No error. */
    public static final int RCODE_NOERROR = 0;
    /** The server could not find the answer. */
    public static final int RCODE_SERVFAIL = 2;
    /** The server does not want to answer. */
    public static final int RCODE_REFUSED = 5;
    /** The name does not exist. */
    public static final int RCODE_NXDOMAIN = 3;

    static final int ID = 0;
    static final int FLAGS = 2;
    static final int QUESTIONS = 4;
    static final int ANSWERS = 6;
    static final int AUTHORITIES = 8;
    static final int ADDITIONALS = 10;

    private Header() {}
}
