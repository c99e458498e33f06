package org.waymark.dns;

/** How a packet from a client is treated, as far as its format decides that. */
public enum MessageForm {
    /** Its format is right as far as it was read: it is processed further. */
    WELL_FORMED,

    /** It is a malformed query: the answer is FORMERR (RFC 5625 section 6.3). */
    FORMAT_ERROR,

    /** It is not a query, and gets no answer: otherwise strangers could make two servers answer each other without end. */
    SILENCE
}
