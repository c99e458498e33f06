package org.waymark.policy;

/** Which of a group's healthy servers is asked first. */
public enum Strategy {
    /** The first one in the list. */
    ORDERED,
    /** The server with the shortest round-trip time. */
    FASTEST,
    /** A random one. */
    SPREAD
}
