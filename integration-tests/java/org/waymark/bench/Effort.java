package org.waymark.bench;

/**
 * How much is measured.
 *
 * @param seconds how long each measurement lasts
 * @param warmUp seconds that each program is under load before the first round
 * @param outstanding queries that may be without an answer at saturation
 * @param latency whether latencies are measured, too
 */
record Effort(int rounds, int seconds, int warmUp, int outstanding, boolean latency) {}
