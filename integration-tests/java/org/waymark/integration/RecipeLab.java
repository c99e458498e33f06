package org.waymark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Lab.Outcome;
import org.waymark.lab.Terminal;

/**
 * The example network of the recipes, without rules and without Waymark: a second link to the servers, DNS servers at the end of both
 * links, a web server, and a client whose address is .137 unless it says otherwise. Does what a recipe says, step by step.
 */
final class RecipeLab implements AutoCloseable {
    /** What a network namespace can't do; nothing else is left out. */
    private static final Set<String> LEFT_OUT = Set.of(
            "apt-get install dnsmasq",
            "apt-get install dnsmasq conntrack nftables python3",
            "apt-get install conntrack nftables");

    /** What only looks may see things a moment later than they happen, and so may look again. */
    private static final Pattern LOOKS =
            Pattern.compile("(cat|grep|journalctl|conntrack -[CL]|nft list|iptables .*-L|ss|ip route get) .*");

    /** What tells of its progress, or of the links that it makes, in words that no document shows. */
    private static final Pattern NOT_SHOWN = Pattern.compile("(apt-get|systemctl enable) .*");

    private static final String SERVERS = """
            for link in 99 98; do
                dnsmasq --conf-file=/dev/null --pid-file --user=root --no-resolv --no-hosts --cache-size=0 \\
                    --bind-interfaces --listen-address=10.$link.0.53 --listen-address=2001:db8:$link::53 \\
                    --address=/example/10.99.0.54 --address=/example/2001:db8:99::54 --address=/pay.example/10.99.0.55 \\
                    --txt-record=link.example,"10.$link.0.53" --ptr-record=54.0.99.10.in-addr.arpa,www.example
            done
            head -c 100000 /dev/zero > "$0/file"
            for server in 10.99.0.54 10.99.0.55; do busybox httpd -h "$0" -p $server:80; done
            """;

    private static final String CLIENT = """
            echo 1 > /proc/sys/net/ipv6/conf/lan/accept_ra
            echo 0 > /proc/sys/net/ipv6/conf/lan/max_addresses
            ip route replace 192.168.111.0/24 dev lan src 192.168.111.137
            ip route replace default via 192.168.111.1 src 192.168.111.137
            ip -6 route add fd00:111::/64 dev lan metric 1 src fd00:111::137
            ip -6 route add default via fd00:111::1 metric 1 src fd00:111::137
            """;

    private final Lab lab;
    private final Set<String> leftOut;
    private final Map<Host, Terminal> terminals = new EnumMap<>(Host.class);
    private final Path site;
    private final Duration patience;

    /** Makes the network; what only looks may look again for so long. */
    RecipeLab(Duration patience) {
        this(patience, Lab.withoutRules(), LEFT_OUT);
        terminals.put(Host.GATEWAY, Terminal.on(lab, Host.GATEWAY));
    }

    /** Makes the network around a gateway that is a Debian of its own, and can do everything. */
    RecipeLab(Duration patience, BootedDebian debian) {
        this(patience, debian.lab(), Set.of());
        terminals.put(Host.GATEWAY, Terminal.on(debian));
    }

    private RecipeLab(Duration patience, Lab lab, Set<String> leftOut) {
        this.lab = lab;
        this.leftOut = leftOut;
        this.patience = patience;
        try {
            site = Files.createTempDirectory("waymark-it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.addSecondLink();
        lab.exec(Host.UPSTREAM, "sh", "-ec", SERVERS, site.toString()).orFail();
        lab.shell(Host.CLIENT, CLIENT);
        lab.shell(
                Host.GATEWAY,
                "ip route add default via 10.99.0.53 && ip -6 route add default via 2001:db8:99::53 dev wan");
        terminals.put(Host.CLIENT, Terminal.on(lab, Host.CLIENT));
        write(Host.CLIENT, "/etc/resolv.conf", "nameserver 192.168.111.1\nnameserver fd00:111::1\n");
    }

    Lab lab() {
        return lab;
    }

    /** Writes a file that is there before the recipe begins. */
    void write(Host host, String path, String text) {
        terminals.get(host).write(path, text);
    }

    /** Runs a command before the recipe begins. */
    void run(Host host, String command) {
        terminals.get(host).run(command).orFail();
    }

    /**
     * Does everything that the recipe says, and returns the commands that it has left out.
     *
     * @throws AssertionError that names the line, if a command fails or prints something else than the recipe shows
     */
    List<String> follow(Recipe recipe) {
        List<String> passedOver = new ArrayList<>();
        for (Recipe.Step step : recipe.steps()) {
            if (step instanceof Recipe.Text file) {
                write(Host.GATEWAY, file.path(), file.text());
            } else if (step instanceof Recipe.Command command && leftOut.contains(command.words())) {
                passedOver.add(command.words());
            } else if (step instanceof Recipe.Command command) {
                run(recipe.name(), command);
            }
        }
        return passedOver;
    }

    private void run(String document, Recipe.Command command) {
        Terminal terminal = terminals.get(command.host());
        boolean anyOutput = NOT_SHOWN.matcher(command.words()).matches();
        Predicate<Outcome> right = outcome -> outcome.status() == 0 && (anyOutput || command.shows(outcome.output()));
        Outcome outcome = LOOKS.matcher(command.words()).matches()
                ? terminal.look(command.words(), patience, right)
                : terminal.run(command.words());
        if (!right.test(outcome)) {
            throw new AssertionError("%s:%d: %s: status %d, printed:\n%s\nshown:\n%s"
                    .formatted(
                            document,
                            command.line(),
                            command.words(),
                            outcome.status(),
                            outcome.output(),
                            String.join("\n", command.shown())));
        }
    }

    @Override
    public void close() {
        try (lab) {
            terminals.values().forEach(Terminal::close);
            Files.delete(site.resolve("file"));
            Files.delete(site);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
