package org.waymark.dnstap;

/** Which way a message goes, with its number in dnstap.proto. */
enum MessageKind {
    /** A client asks. */
    CLIENT_QUERY(5),
    /** The client is answered. */
    CLIENT_RESPONSE(6),
    /** A server is asked. */
    FORWARDER_QUERY(7),
    /** The server answers. */
    FORWARDER_RESPONSE(8);

    final int number;

    MessageKind(int number) {
        this.number = number;
    }
}
