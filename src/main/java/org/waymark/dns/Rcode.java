package org.waymark.dns;

/** The response codes of Waymark's own answers (RFC 1035 section 4.1.1). */
public enum Rcode {
    /** No error. There may still be no records of the type. */
    NOERROR(org.xbill.DNS.Rcode.NOERROR),

    /** There is no such name. */
    NXDOMAIN(org.xbill.DNS.Rcode.NXDOMAIN),

    /** The query could not be read. */
    FORMERR(org.xbill.DNS.Rcode.FORMERR),

    /** Every attempt to get an answer failed. */
    SERVFAIL(org.xbill.DNS.Rcode.SERVFAIL),

    /** Policy or a limit forbids an answer. */
    REFUSED(org.xbill.DNS.Rcode.REFUSED);

    private final int code;

    Rcode(int code) {
        this.code = code;
    }

    /**
     * @return the number in messages, 0 to 15
     */
    public int code() {
        return code;
    }

    /**
     * @param code as in the header of a message, 0 to 15
     * @return its name, such as NXDOMAIN
     */
    public static String nameOf(int code) {
        return org.xbill.DNS.Rcode.string(code);
    }
}
