package org.waymark.policy;

/** Which of the servers that are well is asked first. */
public enum Strategy {
    /** The first one of the list. */
    ORDERED,
    /** The one with the shortest round-trip time. */
    FASTEST,
    /** Any, all alike. */
    SPREAD
}
