package org.waymark.sets;

import java.util.Optional;

/**
 * What the kernel tells about a set.
 *
 * @param keyType the number that nft gives to the type of its keys
 * @param keyBytes their length
 * @param flags NFT_SET_*
 */
record SetDescription(int keyType, int keyBytes, int flags) {
    private static final int NFT_SET_CONSTANT = 2;
    private static final int NFT_SET_INTERVAL = 4;
    private static final int NFT_SET_MAP = 8;
    private static final int NFT_SET_TIMEOUT = 0x10;
    private static final int NFT_SET_OBJECT = 0x40;

    Optional<SetType> type() {
        return SetType.of(keyType, keyBytes);
    }

    /** Why no addresses can be put into it, in words; empty if they can. */
    Optional<String> fault() {
        if ((flags & (NFT_SET_MAP | NFT_SET_OBJECT)) != 0) {
            return Optional.of("is a map, not a set");
        }
        if (type().isEmpty()) {
            return Optional.of("has keys of another type");
        }
        if ((flags & NFT_SET_INTERVAL) != 0) {
            return Optional.of("has the flag interval, for ranges of addresses");
        }
        if ((flags & NFT_SET_CONSTANT) != 0) {
            return Optional.of("has the flag constant, so that nothing can be added");
        }
        return (flags & NFT_SET_TIMEOUT) == 0
                ? Optional.of("lacks the flag timeout, so that addresses could not end")
                : Optional.empty();
    }
}
