package org.waymark.accounts;

/**
 * What has passed.
 *
 * @param bytes the length of all IP packets, headers included
 * @param packets their number
 */
public record Traffic(long bytes, long packets) {
    Traffic plus(Traffic other) {
        return new Traffic(bytes + other.bytes, packets + other.packets);
    }
}
