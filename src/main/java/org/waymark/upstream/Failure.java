package org.waymark.upstream;

/** Why a server was not asked, or will not answer. */
public enum Failure {
    /** There is no way to the server, or the firewall forbids it. */
    UNREACHABLE,
    /**
     * The server's host says that nobody listens, the server closed the connection with the question open, TLS with it failed, or
     * what it sends does not belong to the zone transfer that the connection is for.
     */
    REFUSED,
    /** Too many answers came that answer no question but look like it: somebody may be guessing. It is better asked over TCP. */
    SUSPECTED_FORGERY,
    /** {@code limits.upstream-sockets} is reached. */
    TOO_MANY_SOCKETS,
    /** The process, or the host, has no file descriptor left. */
    TOO_MANY_FILES,
    /** No source port is free of what conntrack remembers of other marks. */
    NO_SOURCE_PORT
}
