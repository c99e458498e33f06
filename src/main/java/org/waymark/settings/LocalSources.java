package org.waymark.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.DomainRule;
import org.waymark.config.OwnRecord;
import org.waymark.dns.DomainName;
import org.waymark.files.WatchedFile;
import org.waymark.local.Hosts;
import org.waymark.local.LocalNames;
import org.waymark.local.LocalRecords;

/** The sources of the names that are answered here: the configuration and hosts files. */
public final class LocalSources {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSources.class);

    /** Twice the size of a list of 300,000 names. */
    private static final int MOST_BYTES = 16 << 20;

    private final Configuration configuration;
    private final List<HostsFile> files = new ArrayList<>();
    private volatile LocalNames current;

    /** A hosts file and its contents. */
    private static final class HostsFile {
        final Path path;
        final WatchedFile file;
        Hosts hosts;

        HostsFile(Path path, Hosts former) {
            this.path = path;
            this.file = new WatchedFile(path, MOST_BYTES);
            this.hosts = former;
        }

        boolean refresh() {
            return file.poll().map(this::take).orElse(false);
        }

        private boolean take(String text) {
            hosts = Hosts.parse(text);
            List<Integer> bad = hosts.badLines();
            if (!bad.isEmpty()) {
                LOG.warn("{}:{}: is not an address with names: left out{}", file, bad.get(0), others(bad.size() - 1));
            }
            return true;
        }

        private static String others(int lines) {
            return lines == 0 ? "" : lines == 1 ? ", like one other line" : ", like " + lines + " other lines";
        }
    }

    /**
     * Reads the hosts files for the first time.
     *
     * @param configuration the settings
     */
    public LocalSources(Configuration configuration) {
        this(configuration, List.of());
    }

    private LocalSources(Configuration configuration, List<HostsFile> former) {
        this.configuration = configuration;
        configuration.local().hosts().forEach(path -> files.add(new HostsFile(path, hostsIn(former, path))));
        files.forEach(HostsFile::refresh);
        current = names();
    }

    private static Hosts hostsIn(List<HostsFile> files, Path path) {
        return files.stream()
                .filter(source -> source.path.equals(path))
                .map(source -> source.hosts)
                .findFirst()
                .orElseGet(() -> Hosts.parse(""));
    }

    /** Reads the files of another configuration. What a file that is away has said before stays. */
    LocalSources replacedBy(Configuration next) {
        return new LocalSources(next, files);
    }

    /** Reads the files again if they have changed. Returns whether a file has changed. */
    boolean refresh() {
        boolean changed = false;
        for (HostsFile source : files) {
            changed |= source.refresh();
        }
        if (changed) {
            current = names();
        }
        return changed;
    }

    /**
     * @return the names that the configuration and the files have now
     */
    public LocalNames current() {
        return current;
    }

    private LocalNames names() {
        LocalRecords records = new LocalRecords();
        for (OwnRecord own : configuration.local().records()) {
            records.add(own.name(), own.record());
        }
        files.forEach(source -> records.add(source.hosts));
        if (!configuration.local().specialNames()) {
            return LocalNames.of(records);
        }
        List<DomainName> routed = configuration.domains().stream()
                .filter(domain -> domain.upstream().isPresent())
                .map(DomainRule::names)
                .flatMap(List::stream)
                .toList();
        return LocalNames.withSpecialNames(records, routed);
    }
}
