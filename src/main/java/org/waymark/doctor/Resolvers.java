package org.waymark.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.waymark.config.ResolvConf;
import org.waymark.config.ServerAddress;
import org.waymark.settings.Settings;

/** Whether the groups have servers, and whether these are other hosts: marks end at a program of this one. */
final class Resolvers {
    private static final String TOPIC = "upstream.servers";
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private Resolvers() {}

    static List<Finding> examine(Situation situation) {
        List<Finding> findings = new ArrayList<>();
        for (Settings.Group group : situation.settings().groups()) {
            String name = group.configured().name();
            if (group.servers().isEmpty()) {
                findings.add(Finding.fault(
                        TOPIC,
                        "the group " + name + " has no server: " + sources(group) + " names none but Waymark itself",
                        "its queries get SERVFAIL",
                        cure()));
            }
            group.servers().forEach(server -> server.whyMarksEnd()
                    .ifPresent(end -> findings.add(Finding.fault(
                            TOPIC,
                            server + " of the group " + name + " " + end,
                            "what it sends on counts as nobody's, and takes the default route",
                            cure()))));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    TOPIC,
                    situation.settings().servers().stream()
                            .map(ServerAddress::toString)
                            .sorted()
                            .collect(Collectors.joining(", "))));
        }
        findings.add(Finding.ok("resolv.conf", "this host itself asks " + list(serversIn(RESOLV_CONF))));
        return findings;
    }

    private static String sources(Settings.Group group) {
        return group.configured().servers().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** The servers behind the stub, where there is one. */
    private static Cure cure() {
        if (isGood(ResolvConf.BEHIND_STUB)) {
            return Cure.configure("upstream.servers = [\"resolv.conf:" + ResolvConf.BEHIND_STUB + "\"]");
        }
        return isGood(RESOLV_CONF)
                ? Cure.configure("upstream.servers = [\"resolv.conf\"]")
                : Cure.advice("name the servers that your provider or your own network has in upstream.servers");
    }

    private static boolean isGood(Path file) {
        List<ServerAddress> servers = serversIn(file);
        return !servers.isEmpty()
                && servers.stream().allMatch(server -> server.whyMarksEnd().isEmpty());
    }

    private static List<ServerAddress> serversIn(Path file) {
        try {
            return ResolvConf.serversIn(Files.readString(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String list(List<ServerAddress> servers) {
        return servers.isEmpty()
                ? "nobody (" + RESOLV_CONF + " names no server)"
                : servers.stream().map(ServerAddress::toString).collect(Collectors.joining(", "));
    }
}
