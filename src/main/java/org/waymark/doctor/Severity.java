package org.waymark.doctor;

/** How bad a {@link Finding} is, the worst last. */
public enum Severity {
    /** As it should be. */
    OK,
    /** Marks are right now, but may not stay so, or something else may go wrong. */
    WARNING,
    /** Marks are lost, or queries are not answered. */
    FAULT
}
