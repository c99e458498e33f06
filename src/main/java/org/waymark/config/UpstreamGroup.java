package org.waymark.config;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.waymark.policy.Strategy;

/**
 * A section {@code [[upstream]]}: a group of servers that can replace each other.
 *
 * @param name the name of the group in the configuration and the log; unique
 * @param servers the servers, or files that name them, in the order in which they are tried; at least one
 * @param strategy which of the servers that answer is asked first
 * @param timeout how long one try waits for its answer; 100 ms to 60 s
 * @param totalTimeout how long all tries together wait at most; not shorter than {@code timeout}
 * @param attempts the largest number of tries, over the servers in order; 1 to 16
 * @param authorities the only ones whose certificates are trusted; if empty, those that Java trusts
 */
public record UpstreamGroup(
        String name,
        List<ServerSource> servers,
        Strategy strategy,
        Duration timeout,
        Duration totalTimeout,
        int attempts,
        List<X509Certificate> authorities) {
    private static final String KEY = "upstream";
    private static final String NAME = "name";
    private static final String SERVERS = "servers";
    private static final String TLS_CA = "tls-ca";
    private static final String TOTAL_TIMEOUT = "total-timeout";

    /** Clients give up after 5 s. */
    private static final Duration USUAL_TOTAL_TIMEOUT = Duration.ofMillis(4_500);

    /** More than anybody has. */
    private static final int MOST_SERVERS = 30;

    private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    public UpstreamGroup {
        servers = List.copyOf(servers);
        authorities = List.copyOf(authorities);
    }

    /** Reads every {@code [[upstream]]} of a file. */
    static List<UpstreamGroup> allFrom(Section file, Listen listen) {
        List<Section> sections = file.sections(KEY);
        if (sections.isEmpty() && !file.has(KEY)) {
            file.missing(KEY, "at least one group of servers, [[upstream]]");
        }
        boolean alone = sections.size() == 1;
        Set<String> names = new HashSet<>();
        return sections.stream().map(group -> from(group, alone, names, listen)).toList();
    }

    private static UpstreamGroup from(Section group, boolean alone, Set<String> names, Listen listen) {
        Duration timeout = group.value("timeout", Kind.duration("100ms", "60s"), "2s");
        UpstreamGroup made = new UpstreamGroup(
                nameOf(group, alone, names),
                group.requiredList(SERVERS, ServerSource.kind()),
                group.value("strategy", Kind.oneOf(Strategy.class), "ordered"),
                timeout,
                group.find(TOTAL_TIMEOUT, Kind.duration("100ms", "60s")).orElse(longer(timeout, USUAL_TOTAL_TIMEOUT)),
                group.value("attempts", Kind.integer(1, 16), 3),
                group.value(TLS_CA, Authorities.kind(), ""));
        made.check(group, listen);
        return made;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void check(Section group, Listen listen) {
        if (totalTimeout.compareTo(timeout) < 0) {
            group.wrong(TOTAL_TIMEOUT, "is shorter than one try, whose timeout is " + timeout.toMillis() + "ms");
        }
        if (servers.size() > MOST_SERVERS) {
            group.wrong(SERVERS, "are " + servers.size() + " (allowed: " + MOST_SERVERS + " at most)");
        }
        if (!authorities.isEmpty() && !hasTls()) {
            group.warn(TLS_CA, "no server of this group is asked over TLS");
        }
        for (ServerSource source : servers) {
            if (source instanceof ServerAddress server
                    && listen.takes(server.address(), InetAddress::isLoopbackAddress)) {
                group.warn(SERVERS, server + " is Waymark itself, by listen.addresses: it would ask itself");
            } else if (source instanceof ServerAddress server) {
                server.whyMarksEnd()
                        .or(server::nobody)
                        .ifPresent(misgiving -> group.warn(SERVERS, server + " " + misgiving));
            }
        }
    }

    private boolean hasTls() {
        return servers.stream()
                .anyMatch(source ->
                        source instanceof ServerAddress server && server.protocol() == ServerAddress.Protocol.TLS);
    }

    /** The name of one of the groups. */
    static Kind<String> oneOf(List<UpstreamGroup> groups) {
        List<String> names = groups.stream().map(UpstreamGroup::name).toList();
        return Kind.text("the name of an [[upstream]]: " + String.join(", ", names), text -> {
            if (!names.contains(text)) {
                throw new IllegalArgumentException("there is no group \"" + text + "\"");
            }
            return text;
        });
    }

    private static String nameOf(Section group, boolean alone, Set<String> taken) {
        Optional<String> name = group.find(NAME, groupName());
        if (!alone && !group.has(NAME)) {
            group.missing(NAME, "a name for each group when there are several");
        } else if (name.isPresent() && !taken.add(name.get())) {
            group.wrong(NAME, "\"" + name.get() + "\" is the name of a group above (each needs its own)");
        }
        return name.orElse("default");
    }

    private static Kind<String> groupName() {
        return Kind.text("a name of up to 63 letters, digits, dots, hyphens and underscores", text -> {
            if (!text.matches(NAME_PATTERN)) {
                throw new IllegalArgumentException("\"" + text + "\" is not a name");
            }
            return text;
        });
    }
}
