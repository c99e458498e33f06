package org.waymark.names;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.SipHash;

/** Collects the names of one list, one after the other. A name that comes again takes no more memory. */
final class NameCollector {
    /** What is said about names is kept on the Java heap, so it has to be little. */
    static final int MOST_VERDICTS = 1 << 14;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final int mostNames;
    private final SipHash hashes = SipHash.drawnFrom(RANDOM);
    private final NameBytes bytes = new NameBytes();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<Verdict, Integer> codes = new HashMap<>();
    private Slots slots = Slots.empty();
    private long depths;
    private int deepest;

    /** A list has more names than it may have. */
    static final class TooManyNamesException extends IOException {
        private static final long serialVersionUID = 1;

        TooManyNamesException(int most) {
            super("it has more than " + most + " names");
        }
    }

    NameCollector(int mostNames) {
        this.mostNames = mostNames;
    }

    /**
     * Adds what is said about a name, to what has been said about it before.
     *
     * @param wire the name in wire form, in small letters, with the root
     * @param length its bytes without the root
     * @return false if it is left out, because too many different things are said about names
     * @throws TooManyNamesException if there is no room for it
     */
    boolean add(byte[] wire, int length, Verdict verdict) throws TooManyNamesException {
        ByteBuffer name = ByteBuffer.wrap(wire);
        long hash = NameBytes.hashOfAll(hashes, name, 0);
        int former = slots.find(hash, bytes, name, 0);
        int code = codeOf(former < 0 ? verdict : verdicts.get(former).and(verdict));
        if (code < 0) {
            return false;
        }
        if (former < 0) {
            addNew(hash, wire, length, code);
        } else if (code != former) {
            bytes.setCode(slots.placeOf(hash, bytes, name, 0), length, code);
        }
        return true;
    }

    private void addNew(long hash, byte[] wire, int length, int code) throws TooManyNamesException {
        if (slots.used() == mostNames || !bytes.hasRoom()) {
            throw new TooManyNamesException(slots.used());
        }
        if (slots.areFull()) {
            slots = slots.twice(bytes, hashes);
        }
        slots.add(hash, bytes.add(wire, length, code));
        int labels = NameBytes.labels(ByteBuffer.wrap(wire), 0);
        depths |= ListedNames.depthBit(labels);
        deepest = Math.max(deepest, labels);
    }

    boolean isEmpty() {
        return slots.used() == 0;
    }

    private int codeOf(Verdict verdict) {
        Integer known = codes.get(verdict);
        if (known != null) {
            return known;
        }
        if (verdicts.size() == MOST_VERDICTS) {
            return -1;
        }
        codes.put(verdict, verdicts.size());
        verdicts.add(verdict);
        return verdicts.size() - 1;
    }

    /** The list of all names that have been added; the last call. */
    ListedNames toList() {
        return new ListedNames(
                hashes, bytes, slots.fitted(bytes, hashes), verdicts.toArray(Verdict[]::new), depths, deepest);
    }

    /** Gives the memory back, if there will be no list. */
    void discard() {
        slots.discard();
        bytes.discard();
    }
}
