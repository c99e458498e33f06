package org.waymark.sets;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * Puts keys into a set, each until its end at least. What somebody else has put in stays if it ends later, or never.
 *
 * <p>Only the writer's thread uses it.
 */
final class ElementWriter {
    /** The most elements of all sets together. Each takes about 100 bytes of the heap. */
    static final int MOST_ELEMENTS = 100_000;

    private final NftSets nft;
    private final IntSupplier taken;
    private final Counters counters;

    /**
     * @param taken how many elements all sets have
     * @param counters those of the writer's thread
     */
    ElementWriter(NftSets nft, IntSupplier taken, Counters counters) {
        this.nft = nft;
        this.taken = taken;
        this.counters = counters;
    }

    /**
     * Fulfils wishes in one transaction. If the set is full, it takes as many as have room.
     *
     * @param wishes at most {@link NftSets#MOST_ELEMENTS}
     * @param generation the set's
     * @param refused takes those that are not fulfilled
     * @return {@link Errno#NONE}, or why not all are
     */
    Errno write(ServedSet set, List<Wish> wishes, int generation, Collection<Wish> refused) {
        try {
            write(set, wishes, generation);
            wishes.forEach(Wish::fulfilled);
            return Errno.NONE;
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.ENFILE) && wishes.size() > 1) {
                int half = wishes.size() / 2;
                Errno first = write(set, wishes.subList(0, half), generation, refused);
                Errno second = write(set, wishes.subList(half, wishes.size()), generation, refused);
                return first.equals(Errno.NONE) ? second : first;
            }
            refused.addAll(wishes);
            return e.errno();
        }
    }

    private void write(ServedSet set, List<Wish> wishes, int generation) throws LinuxException {
        long now = System.nanoTime();
        Map<Key, Long> fresh = new LinkedHashMap<>();
        Map<Key, Long> renewed = new LinkedHashMap<>();
        for (Wish wish : wishes) {
            Element element = set.elements().get(wish.key());
            if (element == null || !element.isThere(generation) || element.until() - now <= 0) {
                fresh.merge(wish.key(), wish.until(), ElementWriter::later);
            } else if (!Lifetime.isNoEarlier(element.until(), wish.until())) {
                renewed.merge(wish.key(), wish.until(), ElementWriter::later);
            }
        }
        if (fresh.isEmpty() && renewed.isEmpty()) {
            return;
        }
        if (fresh.size() > MOST_ELEMENTS - taken.getAsInt()
                && !set.elements().keySet().containsAll(fresh.keySet())) {
            throw new LinuxException("the memory of sets", Errno.ENOMEM);
        }
        Map<Key, Long> ends = new HashMap<>(fresh);
        ends.putAll(renewed);
        try {
            nft.write(new NftSets.Change(set.name(), set.type(), fresh, renewed));
        } catch (LinuxException e) {
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            ends.putAll(writeAround(set, fresh, renewed));
        }
        ends.forEach((key, until) ->
                set.elements().computeIfAbsent(key, none -> new Element()).acknowledged(until, generation));
        wishes.forEach(wish -> counters.add(wish.held() == null ? Count.SETS_REFILLED : Count.SETS_ADDED));
    }

    /** Somebody else has put some of the fresh keys into the set. Returns the ends of those that stay as they are. */
    private Map<Key, Long> writeAround(ServedSet set, Map<Key, Long> fresh, Map<Key, Long> renewed)
            throws LinuxException {
        Map<Key, Long> present = nft.read(set.name(), set.type(), List.copyOf(fresh.keySet()));
        present.entrySet().removeIf(each -> !Lifetime.isNoEarlier(each.getValue(), fresh.get(each.getKey())));
        Map<Key, Long> changed = new LinkedHashMap<>(fresh);
        changed.keySet().removeAll(present.keySet());
        changed.putAll(renewed);
        if (!changed.isEmpty()) {
            nft.write(new NftSets.Change(set.name(), set.type(), Map.of(), changed));
        }
        return present;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
