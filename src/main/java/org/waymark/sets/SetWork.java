package org.waymark.sets;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/**
 * What is to be done for a set: what answers wait for, then what somebody else has removed. A turn is one transaction of a bounded size, so
 * that no answer waits until a large set is whole again.
 *
 * <p>Only the writer's thread uses it.
 */
final class SetWork {
    /** How many elements a turn looks at, to find those that have ended. */
    private static final int SWEPT = 500;

    private record Claim(Addition addition, HeldAnswer held) {}

    private final ServedSet set;
    private final NftSets nft;
    private final ElementWriter writer;
    private final Refusal refusal;
    private final Repairs repairs;
    private final Deque<Claim> claims = new ArrayDeque<>();
    private final Deque<Wish> wishes = new ArrayDeque<>();
    private boolean repairsAreDue;
    private int described;
    private Iterator<Map.Entry<Key, Element>> sweep;

    SetWork(ServedSet set, NftSets nft, ElementWriter writer) {
        this.set = set;
        this.nft = nft;
        this.writer = writer;
        this.refusal = new Refusal(set.name());
        this.repairs = new Repairs(set);
        this.sweep = set.elements().entrySet().iterator();
    }

    /** An answer waits for what it needs of this set. */
    void claim(Addition addition, HeldAnswer held) {
        claims.add(new Claim(addition, held));
    }

    /** Somebody else has removed a key. */
    void lose(Key key) {
        repairs.lose(key);
    }

    /** Whether answers wait until the set takes their addresses. */
    boolean isAwaited() {
        return !claims.isEmpty() || !wishes.isEmpty();
    }

    /** Does the next thing; returns whether there is more to do at once. */
    boolean turn() {
        long now = System.nanoTime();
        dropThoseThatAreOver(now);
        sweep(now);
        int generation = set.generation();
        if (refusal.lasts(generation, now)) {
            return false;
        }
        if (described != generation && !describe(generation)) {
            return false;
        }
        List<Wish> next = next(generation, now);
        return !next.isEmpty() && write(next, generation);
    }

    /** The oldest come first, except for what was refused, whose turn comes later. */
    private void dropThoseThatAreOver(long now) {
        while (!claims.isEmpty() && claims.peek().held().isOver(now)) {
            claims.remove();
        }
        while (!wishes.isEmpty() && wishes.peek().held().isOver(now)) {
            wishes.remove();
        }
    }

    /** Looks at a set that is new, or that somebody has changed. Returns whether it takes addresses. */
    private boolean describe(int generation) {
        try {
            SetDescription description = nft.describe(set.name());
            Optional<String> fault = Trouble.of(set.name(), description);
            if (fault.isPresent()) {
                refusal.begin(fault.get(), false, generation);
                return false;
            }
            if (set.become(description.type().orElseThrow())) {
                wishes.clear();
            }
            described = generation;
            refusal.described();
            return true;
        } catch (LinuxException e) {
            refusal.begin(Trouble.of(set.name(), set.type(), e.errno()), false, generation);
            return false;
        }
    }

    /** What to write next: by turns for answers and what others have removed, so that neither waits for the end of the other. */
    private List<Wish> next(int generation, long now) {
        List<Wish> next = new ArrayList<>(NftSets.MOST_ELEMENTS);
        if (repairsAreDue) {
            repairs.find(generation, now, next);
        }
        repairsAreDue = next.isEmpty();
        if (next.isEmpty()) {
            takeClaims(now);
            while (next.size() < NftSets.MOST_ELEMENTS && !wishes.isEmpty()) {
                next.add(wishes.remove());
            }
        }
        if (next.isEmpty()) {
            repairs.find(generation, now, next);
        }
        return next;
    }

    private void takeClaims(long now) {
        while (wishes.size() < NftSets.MOST_ELEMENTS && !claims.isEmpty()) {
            Claim claim = claims.remove();
            long end = Lifetime.end(claim.addition().ttlSeconds(), now);
            List<Key> keys = set.type().keys(claim.addition());
            claim.held().expect(keys.size());
            keys.forEach(key -> wishes.add(new Wish(key, end, claim.held())));
            claim.held().acknowledged();
        }
    }

    private boolean write(List<Wish> next, int generation) {
        List<Wish> refused = new ArrayList<>();
        Errno errno = writer.write(set, next, generation, refused);
        if (errno.equals(Errno.NONE)) {
            refusal.written();
            return true;
        }
        if (errno.equals(Errno.ENOMEM)) {
            // What there is already is not less welcome for that.
            refusal.tell(Trouble.of(set.name(), set.type(), errno));
            return true;
        }
        refused.stream().filter(wish -> wish.held() != null).forEach(wishes::add);
        repairs.restart();
        described = 0;
        refusal.begin(Trouble.of(set.name(), set.type(), errno), true, generation);
        return false;
    }

    /** Forgets some of the elements that have ended. */
    private void sweep(long now) {
        if (!sweep.hasNext()) {
            sweep = set.elements().entrySet().iterator();
        }
        for (int i = 0; i < SWEPT && sweep.hasNext(); i++) {
            if (sweep.next().getValue().until() - now <= 0) {
                sweep.remove();
            }
        }
    }
}
