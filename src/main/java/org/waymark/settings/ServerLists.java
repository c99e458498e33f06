package org.waymark.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ResolvConf;
import org.waymark.config.ServerAddress;
import org.waymark.config.ServerSource;
import org.waymark.config.UpstreamGroup;
import org.waymark.files.WatchedFile;
import org.waymark.host.Interfaces;

/** The current servers of each group: those in the configuration, and those that resolv.conf files name. */
final class ServerLists {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLists.class);

    /** The resolver of glibc takes lines of any length, but nobody writes as much as this. */
    private static final int MOST_BYTES = 1 << 16;

    private final Configuration configuration;
    private final Path stubsFile;
    private final Map<Path, Named> files = new LinkedHashMap<>();

    /** The servers that one file names. If the file names none for a moment, the previous ones stay. */
    private final class Named {
        private final WatchedFile file;
        List<ServerAddress> servers;

        /** The file to read instead, while this one names only the stub of systemd-resolved. */
        private Optional<WatchedFile> behindStub = Optional.empty();

        Named(Path path, List<ServerAddress> former) {
            this.file = new WatchedFile(path, MOST_BYTES);
            this.servers = former;
        }

        boolean refresh() {
            Optional<List<ServerAddress>> named = file.poll().map(ResolvConf::serversIn);
            named.ifPresent(this::lookBehindStub);
            return behindStub.isPresent() ? take(behindStub.get().poll().map(ResolvConf::serversIn)) : take(named);
        }

        private void lookBehindStub(List<ServerAddress> named) {
            boolean isStub = ResolvConf.isStub(named) && Files.exists(stubsFile);
            behindStub = isStub ? Optional.of(new WatchedFile(stubsFile, MOST_BYTES)) : Optional.empty();
            if (isStub) {
                LOG.info(
                        "{}: it names the stub of systemd-resolved, where marks end: using the servers in {} instead",
                        file,
                        stubsFile);
            }
        }

        private WatchedFile source() {
            return behindStub.orElse(file);
        }

        private boolean take(Optional<List<ServerAddress>> named) {
            return named.map(this::take).orElse(false);
        }

        private boolean take(List<ServerAddress> named) {
            List<ServerAddress> others = new ArrayList<>(named);
            others.removeIf(server -> {
                boolean own = isOwn(server);
                if (own) {
                    LOG.warn("{}: its server {} is Waymark itself: left out", source(), server);
                }
                return own;
            });
            if (others.isEmpty()) {
                LOG.warn(
                        "{}: it names no servers{}",
                        source(),
                        servers.isEmpty() ? "" : "; those that it named before stay");
                return false;
            }
            boolean changed = !others.equals(servers);
            servers = others;
            if (changed) {
                String list = others.stream().map(ServerAddress::toString).collect(Collectors.joining(", "));
                LOG.info("{}: its servers are {}", source(), list);
                others.forEach(server ->
                        server.whyMarksEnd().ifPresent(end -> LOG.warn("{}: its server {} {}", source(), server, end)));
            }
            return changed;
        }
    }

    /** Reads the files for the first time. */
    ServerLists(Configuration configuration) {
        this(configuration, ResolvConf.BEHIND_STUB, Map.of());
    }

    /**
     * Reads the files for the first time.
     *
     * @param stubsFile the file in which systemd-resolved writes which servers it asks
     * @param former what the files have named before
     */
    private ServerLists(Configuration configuration, Path stubsFile, Map<Path, Named> former) {
        this.configuration = configuration;
        this.stubsFile = stubsFile;
        for (UpstreamGroup group : configuration.upstreams()) {
            for (ServerSource source : group.servers()) {
                if (source instanceof ResolvConf resolvConf) {
                    files.computeIfAbsent(resolvConf.file(), file -> new Named(file, serversIn(former, file)));
                } else if (source instanceof ServerAddress server && isOwn(server)) {
                    LOG.warn(
                            "the server {} of the group {} is Waymark itself: it would ask itself",
                            server,
                            group.name());
                } else if (source instanceof ServerAddress server) {
                    server.whyMarksEnd()
                            .ifPresent(end -> LOG.warn("the server {} of the group {} {}", server, group.name(), end));
                }
            }
        }
        refresh();
    }

    /**
     * Reads the files for the first time.
     *
     * @param stubsFile the file in which systemd-resolved writes which servers it asks
     */
    ServerLists(Configuration configuration, Path stubsFile) {
        this(configuration, stubsFile, Map.of());
    }

    private static List<ServerAddress> serversIn(Map<Path, Named> files, Path file) {
        return files.containsKey(file) ? files.get(file).servers : List.of();
    }

    /** Reads the files of another configuration. If one names nobody, those that it has named before stay. */
    ServerLists replacedBy(Configuration next) {
        return new ServerLists(next, stubsFile, files);
    }

    private boolean isOwn(ServerAddress server) {
        return configuration.listen().takes(server.address(), Interfaces::have);
    }

    /** Reads the files again if they have changed. Returns whether a list has changed. */
    boolean refresh() {
        boolean changed = false;
        for (Named named : files.values()) {
            changed |= named.refresh();
        }
        return changed;
    }

    /** The servers of each group, in the order of the configuration; empty if no file has named one yet. */
    List<List<ServerAddress>> current() {
        return configuration.upstreams().stream().map(this::serversOf).toList();
    }

    private List<ServerAddress> serversOf(UpstreamGroup group) {
        return group.servers().stream()
                .flatMap(source -> source instanceof ResolvConf resolvConf
                        ? files.get(resolvConf.file()).servers.stream()
                        : List.of((ServerAddress) source).stream())
                .distinct()
                .toList();
    }
}
