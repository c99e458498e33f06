package org.waymark.worker;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.linux.LinuxException;
import org.waymark.metrics.Counters;
import org.waymark.sets.Addition;
import org.waymark.sets.AddressSets;
import org.waymark.sets.AddressSink;
import org.waymark.sets.SetName;

/** The sets of nft that addresses in answers go into, opened when the configuration names the first. */
final class OpenedSets implements AddressSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedSets.class);

    private volatile AddressSets sets;

    /** Serves these sets from now on. */
    void serve(Set<SetName> names) {
        if (sets == null && !names.isEmpty()) {
            open();
        }
        if (sets != null) {
            sets.serve(names);
        }
    }

    private void open() {
        try {
            sets = AddressSets.open();
        } catch (LinuxException e) {
            LOG.error(
                    "Queries whose addresses go into sets of nft (add-to) are answered with SERVFAIL, because this kernel can't be"
                            + " asked for sets: {}; it needs nf_tables and nfnetlink",
                    e.errno());
        }
    }

    @Override
    public boolean add(Addition addition, Consumer<Boolean> done) {
        AddressSets opened = sets;
        if (opened == null) {
            done.accept(false);
            return false;
        }
        return opened.add(addition, done);
    }

    /** What is counted of them; nothing if there are none. */
    List<Counters> counters() {
        AddressSets opened = sets;
        return opened == null ? List.of() : List.of(opened.counters());
    }

    @Override
    public void close() {
        if (sets != null) {
            sets.close();
        }
    }
}
