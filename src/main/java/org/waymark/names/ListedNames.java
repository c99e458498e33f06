package org.waymark.names;

import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.waymark.dns.SipHash;

/**
 * The names of one list, outside of the Java heap: some 28 bytes for a name of 20 letters. The names follow each other in {@link NameBytes};
 * {@link Slots} is a hash table of their places.
 *
 * <p>The hash of a name is made of that of its parent and of its first label, from the root on, so one pass over a name gives the hashes of
 * all its suffixes, and suffixes with a number of labels that no name in the list has need not be looked for. SipHash is used because
 * lists come from others, who must not be able to write one whose names collide.
 */
final class ListedNames {
    /** The name is not in the list. */
    static final int NOT_LISTED = -1;

    /** Verdicts have two bytes in a match; above them is a bit that says whether it is for the name itself, and above that the labels. */
    private static final int CODE_BITS = 16;

    private static final int ITSELF = 1 << CODE_BITS;
    private static final int LABELS_SHIFT = CODE_BITS + 1;

    private final SipHash hashes;
    private final NameBytes bytes;
    private final Slots slots;
    private final Verdict[] verdicts;
    private final long depths;
    private final int deepest;
    private volatile boolean isReleased;

    /**
     * @param depths a bit for each number of labels that names have, the highest for this and all larger ones
     * @param deepest the largest number of labels
     */
    ListedNames(SipHash hashes, NameBytes bytes, Slots slots, Verdict[] verdicts, long depths, int deepest) {
        this.hashes = hashes;
        this.bytes = bytes;
        this.slots = slots;
        this.verdicts = verdicts;
        this.depths = depths;
        this.deepest = deepest;
    }

    int size() {
        return slots.used();
    }

    /** The bit for names with so many labels. */
    static long depthBit(int labels) {
        return 1L << Math.min(labels, Long.SIZE - 1);
    }

    /**
     * Finds the entry that counts for a name, which is that with most labels.
     *
     * @return the match; {@link #NOT_LISTED} if there is none
     * @throws IllegalStateException if the list has been released
     */
    int find(ByteBuffer name, int position) {
        try {
            int match = search(name, position);
            // Whatever was read after the release is zero, so nothing that was read then may count.
            VarHandle.loadLoadFence();
            if (isReleased) {
                throw new IllegalStateException("a list of names is used after it was replaced");
            }
            return match;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private int search(ByteBuffer name, int position) {
        int all = NameBytes.labels(name, position);
        int labels = Math.min(all, deepest);
        int first = skip(name, position, all - labels);
        long hash = 0;
        int match = NOT_LISTED;
        for (int count = 0; count <= labels; count++) {
            int at = skip(name, first, labels - count);
            hash = count == 0 ? hash : NameBytes.hash(hashes, hash, name, at);
            int code = (depths & depthBit(count)) == 0 ? NOT_LISTED : slots.find(hash, bytes, name, at);
            if (code >= 0 && code < verdicts.length) {
                Verdict verdict = verdicts[code];
                if (verdict.excepted()) {
                    return NOT_LISTED;
                }
                boolean isItself = count == all;
                if ((isItself ? verdict.itself() : verdict.below()) != null) {
                    match = count << LABELS_SHIFT | (isItself ? ITSELF : 0) | code;
                }
            }
        }
        return match;
    }

    private static int skip(ByteBuffer name, int position, int labels) {
        int at = position;
        for (int i = 0; i < labels; i++) {
            at += 1 + name.get(at);
        }
        return at;
    }

    /** How many labels the entry has that was matched; -1 if there is none. */
    static int labels(int match) {
        return match >> LABELS_SHIFT;
    }

    /** What a match says. */
    Listing listing(int match) {
        Verdict verdict = verdicts[match & ITSELF - 1];
        return (match & ITSELF) == 0 ? verdict.below() : verdict.itself();
    }

    boolean isReleased() {
        return isReleased;
    }

    /** Gives the memory back. Who looks for a name from now on gets an exception. */
    void release() {
        isReleased = true;
        slots.discard();
        bytes.discard();
    }
}
