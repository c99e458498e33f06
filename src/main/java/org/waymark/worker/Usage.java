package org.waymark.worker;

/**
 * How much there is of something that has a limit.
 *
 * @param limit the key of the limit in the section {@code [limits]}
 * @param used how much there is; workers keep a few places for later, which count
 * @param max how much there may be
 */
public record Usage(String limit, long used, long max) {}
