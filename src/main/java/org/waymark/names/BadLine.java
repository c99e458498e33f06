package org.waymark.names;

/**
 * A line of a list that was left out.
 *
 * @param number counted from 1
 * @param problem why, for people
 */
public record BadLine(int number, String problem) {}
