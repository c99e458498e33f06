package org.waymark.dns;

/** What a packet from a client deserves, as far as the message format tells. */
public enum MessageForm {
    /** Its form is right as far as it was read: it may go on. */
    WELL_FORMED,

    /** It is a query, but broken: it is owed FORMERR (RFC 5625 section 6.3). */
    FORMAT_ERROR,

    /** It is no query at all; to answer it would let strangers make two servers talk to each other without end. */
    SILENCE
}
