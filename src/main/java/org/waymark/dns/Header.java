package org.waymark.dns;

/** The numbers of the fixed header that every DNS message begins with (RFC 1035 section 4.1.1). */
public final class Header {
    /** The header's length in bytes, and so the shortest message there is. */
    public static final int LENGTH = 12;

    /** The opcode of an ordinary query (RFC 1035). */
    public static final int OPCODE_QUERY = 0;
    /** The opcode by which a primary tells of a changed zone (RFC 1996). */
    public static final int OPCODE_NOTIFY = 4;
    /** The opcode of a dynamic update (RFC 2136). */
    public static final int OPCODE_UPDATE = 5;

    /** The response code of success. */
    public static final int RCODE_NOERROR = 0;
    /** The response code of a server that could not find out. */
    public static final int RCODE_SERVFAIL = 2;
    /** The response code of a server that does not want to. */
    public static final int RCODE_REFUSED = 5;
    /** The response code for a name that does not exist. */
    public static final int RCODE_NXDOMAIN = 3;

    static final int ID = 0;
    static final int FLAGS = 2;
    static final int QUESTIONS = 4;
    static final int ANSWERS = 6;
    static final int AUTHORITIES = 8;
    static final int ADDITIONALS = 10;

    private Header() {}
}
