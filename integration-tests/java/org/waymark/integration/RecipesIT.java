package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Waiting;

/** Whoever does what the recipes in docs say, command by command, sees what they show. */
@EnabledIf(value = "org.waymark.lab.Terminal#isPossible", disabledReason = "no files of its own in this chroot")
class RecipesIT {
    private static final String NOT_ABOUT_DNS =
            "dhcp-(?!ttl|fqdn).*|.*tftp.*|pxe-.*|ra-param|enable-ra|quiet-.*|script-.*|tag-if"
                    + "|no-dhcp.*|bootp-dynamic|bridge-interface|shared-network|no-ping|leasefile-ro|read-ethers|log-dhcp";

    @Test
    void lanResolverWorks() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            lab.lab()
                    .shell(
                            Host.GATEWAY,
                            "dnsmasq --conf-file=/dev/null --pid-file --user=root --no-resolv --no-hosts --bind-interfaces"
                                    + " --listen-address=127.0.0.53 --server=10.99.0.53");
            lab.write(Host.GATEWAY, "/etc/resolv.conf", "nameserver 127.0.0.53\n");
            lab.write(
                    Host.GATEWAY,
                    "/run/systemd/resolve/resolv.conf",
                    "nameserver 10.99.0.53\nnameserver 2001:db8:99::53\n");
            assertEquals(List.of("apt-get install dnsmasq"), lab.follow(Recipe.of("recipe-lan-resolver.md")));
        }
    }

    @Test
    void captivePortalWorks() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(
                    List.of("apt-get install dnsmasq conntrack nftables python3"),
                    lab.follow(Recipe.of("recipe-captive-portal.md")));
        }
    }

    @Test
    void uplinksWork() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(List.of("apt-get install conntrack nftables"), lab.follow(Recipe.of("recipe-uplinks.md")));
        }
    }

    @Test
    void dnsmasqAndWaymarkAnswerAlike() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(List.of(), lab.follow(Recipe.of("coming-from-dnsmasq.md")));
        }
    }

    /** Options of another version may be others. */
    @Test
    void everyDnsOptionOfDnsmasqHasALine() throws IOException {
        try (Lab lab = Lab.withoutRules()) {
            String version = lab.exec(Host.GATEWAY, "dnsmasq", "--version").orFail();
            assumeTrue(version.startsWith("Dnsmasq version 2.90 "), version);
            String help = lab.exec(Host.GATEWAY, "dnsmasq", "--help").orFail();
            Set<String> options = Pattern.compile("(?m)^(?:-.,|   ) --([\\w-]+)")
                    .matcher(help)
                    .results()
                    .map(found -> found.group(1))
                    .filter(option -> !option.matches(NOT_ABOUT_DNS))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> named = Pattern.compile("`--([\\w-]+)[^`]*`")
                    .matcher(Files.readString(Path.of("docs/coming-from-dnsmasq.md")))
                    .results()
                    .map(found -> found.group(1))
                    .filter(option -> !option.equals("config"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(options, named);
        }
    }

    /** What a document tells to do in a terminal is done by one of these tests. */
    @Test
    void everyDocumentWithATerminalIsFollowed() throws IOException {
        Set<String> documents = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".md")).toList()) {
                if (Recipe.isIn(Files.readString(file))) {
                    documents.add(file.getFileName().toString());
                }
            }
        }
        assertEquals(
                Set.of(
                        "coming-from-dnsmasq.md",
                        "marks-do-not-arrive.md",
                        "recipe-captive-portal.md",
                        "recipe-lan-resolver.md",
                        "recipe-uplinks.md"),
                documents);
    }
}
