package org.waymark.sets;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.waymark.linux.LinuxException;
import org.waymark.metrics.Counters;

/**
 * The sets of nft that this process puts clients' addresses into. An address stays there as long as the answer lasts, and one minute more;
 * it is put in again if somebody else empties the set. What is there already costs an answer neither a system call nor a lock.
 *
 * <p>{@link #close} leaves all addresses in their sets until they end there.
 */
public final class AddressSets implements AddressSink, AutoCloseable {
    private final Map<SetName, ServedSet> served = new ConcurrentHashMap<>();
    private final Deadline deadline;
    private final SetWriter writer;
    private final SetNews news;

    private AddressSets(NftSets nft) throws LinuxException {
        writer = new SetWriter(nft);
        try {
            news = new SetNews(nft.socket(), served.values(), writer);
        } catch (LinuxException e) {
            writer.close();
            throw e;
        }
        deadline = new Deadline();
    }

    /**
     * @return access to the sets of the network namespace that the calling thread is in
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static AddressSets open() throws LinuxException {
        return new AddressSets(NftSets.open());
    }

    /**
     * Says which sets additions will name from now on. Each is looked at, and the log tells if it takes no addresses.
     *
     * @param names the sets
     */
    public void serve(Set<SetName> names) {
        served.keySet().retainAll(names);
        names.forEach(this::served);
        writer.serve(List.copyOf(served.values()));
    }

    private ServedSet served(SetName name) {
        return served.computeIfAbsent(name, ServedSet::new);
    }

    @Override
    public boolean add(Addition addition, Consumer<Boolean> done) {
        long now = System.nanoTime();
        List<ServedSet> sets = addition.sets().stream().map(this::served).toList();
        ServedSet.Need need = ServedSet.Need.NOTHING;
        for (ServedSet set : sets) {
            ServedSet.Need ofThis = set.need(addition, now);
            need = ofThis.compareTo(need) > 0 ? ofThis : need;
        }
        if (need != ServedSet.Need.NOTHING) {
            boolean waits = need == ServedSet.Need.ADDITION;
            HeldAnswer held = new HeldAnswer(Deadline.from(now), waits ? done : there -> {});
            held.expect(sets.size());
            writer.claim(sets, addition, held);
            if (waits) {
                deadline.watch(held);
            }
        }
        return need != ServedSet.Need.ADDITION;
    }

    /**
     * @return what is counted of all sets; any thread may read it
     */
    public Counters counters() {
        return writer.counters();
    }

    /**
     * Looks at a set of the network namespace that the calling thread is in.
     *
     * @param name the set
     * @return why it takes no addresses, with the cure; empty if it does
     */
    public static Optional<String> problem(SetName name) {
        try (NftSets nft = NftSets.open()) {
            return Trouble.of(name, nft.describe(name));
        } catch (LinuxException e) {
            return Optional.of(Trouble.of(name, null, e.errno()));
        }
    }

    @Override
    public void close() {
        news.close();
        writer.close();
        deadline.close();
    }
}
