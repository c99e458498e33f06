package org.waymark.dns;

import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;

/** The reasons that Waymark gives in its own answers (extended DNS errors, RFC 8914 section 4). */
public enum ExtendedError {
    /** The query is one of Waymark's own that came back. There is no code for that, so the text says it. */
    FORWARDING_LOOP(ExtendedErrorCodeOption.OTHER, "forwarding loop"),

    /** The firewall here did not let the client connect in time, so it does not get the addresses. There is no code for that. */
    FIREWALL_LATE(ExtendedErrorCodeOption.OTHER, "firewall does not take the addresses"),

    /** The client asks more often than its policy lets it. There is no code for that, so the text says it. */
    TOO_MANY_PER_SECOND(ExtendedErrorCodeOption.OTHER, "too many queries a second"),

    /** The answer is an old one, because no server gives a new one. */
    STALE_ANSWER(ExtendedErrorCodeOption.STALE_ANSWER),

    /** The forwarder is starting or stopping. */
    NOT_READY(ExtendedErrorCodeOption.NOT_READY),

    /** The operator answers for this name instead of its servers. */
    FORGED_ANSWER(ExtendedErrorCodeOption.FORGED_ANSWER),

    /** The operator's policy blocks this name for everybody. */
    BLOCKED(ExtendedErrorCodeOption.BLOCKED),

    /** The operator's policy blocks this name for this client's mark. */
    FILTERED(ExtendedErrorCodeOption.FILTERED),

    /** The client may not use this forwarder. */
    PROHIBITED(ExtendedErrorCodeOption.PROHIBITED),

    /** Clients with the mark of this connection may not use this forwarder. */
    MARK_REFUSED(ExtendedErrorCodeOption.PROHIBITED, "connection mark refused"),

    /** The mark of the client's connection is unknown, and such clients may not use this forwarder. */
    MARK_UNKNOWN(ExtendedErrorCodeOption.PROHIBITED, "connection mark unknown"),

    /** No upstream server could be reached. */
    NO_REACHABLE_AUTHORITY(ExtendedErrorCodeOption.NO_REACHABLE_AUTHORITY),

    /** The host's network failed on the way to an upstream server. */
    NETWORK_ERROR(ExtendedErrorCodeOption.NETWORK_ERROR);

    private final int code;
    private final String text;

    ExtendedError(int code) {
        this(code, null);
    }

    ExtendedError(int code, String text) {
        this.code = code;
        this.text = text;
    }

    int code() {
        return code;
    }

    EDNSOption option() {
        return new ExtendedErrorCodeOption(code, text);
    }
}
