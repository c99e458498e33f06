package org.waymark.ruleset;

/** Where in the kernel a chain meets packets of IP, in the order in which a packet that is forwarded or received passes them. */
public enum Hook {
    /** Everything that comes in, before its route is chosen. */
    PREROUTING,
    /** What is for the host itself. */
    INPUT,
    /** What is for others. */
    FORWARD,
    /** What the host itself sends. */
    OUTPUT,
    /** Everything that leaves. */
    POSTROUTING
}
