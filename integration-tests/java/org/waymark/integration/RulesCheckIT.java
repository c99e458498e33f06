package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;

/** {@code waymark rules --check} says what the gateway lacks, and nothing else. */
class RulesCheckIT {
    private static final String OPTIONS =
            " --client 192.168.111.137=137 --client fd00:111::137=137 --interface lan=5 --login"
                    + " --redirect lan --route 137=wan2,10.98.0.53,2001:db8:98::53 --accounting";

    @AutoClose
    private static final Lab LAB = Lab.up();

    static {
        LAB.addSecondLink();
    }

    private static final RulesCommand NFT = rules("nft");
    private static final RulesCommand IPTABLES = rules("iptables");

    private static RulesCommand rules(String format) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53));
        return new RulesCommand(LAB, setup, "--format " + format + OPTIONS);
    }

    private static RulesCommand loaded(String format) {
        RulesCommand rules = format.equals("nft") ? NFT : IPTABLES;
        rules.load();
        return rules;
    }

    /** The rules of the host stand before them and stay there; a client has logged in, and something has been counted. */
    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void nothingIsMissingAfterALoad(String format) {
        LAB.rules();
        String own = hostRules();
        RulesCommand rules = loaded(format);
        assertEquals(own, hostRules());
        LAB.shell(Host.GATEWAY, "nft add element inet waymark clients4 '{ 192.168.111.138 : 138 }'");
        LAB.exec(Host.CLIENT, "dig", "+tries=1", "+time=1", "@10.99.0.53", "www.example");

        Lab.Outcome check = rules.check();

        assertEquals("nothing is missing\n", check.output(), check::errors);
        assertEquals(0, check.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void everyLineIsNamedWhenAllAreDeleted(String format) {
        RulesCommand.removeAll(LAB);
        LAB.shell(Host.GATEWAY, "ip link set wan2 up; echo 1 > /proc/sys/net/ipv4/conf/wan2/rp_filter");
        RulesCommand rules = loaded(format);
        Set<String> loaded = lines();
        assertTrue(loaded.size() > 30, loaded::toString);
        RulesCommand.removeAll(LAB);
        LAB.shell(Host.GATEWAY, """
                for v in 4 6; do
                    ip -$v rule flush protocol 87
                    ip -$v route flush table 7000137
                    ip -$v route del unreachable default table 7000137 2>/dev/null || true
                    ip -$v rule add pref 0 lookup local 2>/dev/null || true
                    ip -$v rule add pref 32766 lookup main 2>/dev/null || true
                done
                echo 1 > /proc/sys/net/ipv4/conf/wan2/rp_filter
                """);
        loaded.removeAll(lines());

        Lab.Outcome check = rules.check();

        assertEquals(1, check.status(), check::errors);
        Set<String> named = new TreeSet<>();
        check.output().lines().forEach(line -> named.add(line.replaceFirst("missing: [^:]*: ", "")));
        assertTrue(named.remove("2"), "rp_filter");
        assertEquals(String.join("\n", loaded), String.join("\n", named));
        rules.load();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = "=>", textBlock = """
            nft      => handle() { nft -a list chain inet waymark $1 | sed -n '/ct mark set meta mark/s/.*# handle //p'; }; nft delete rule inet waymark output handle $(handle output) => table inet waymark, chain output: meta mark != 0x00000000 ct mark set meta mark
            nft      => handle() { nft -a list chain inet waymark $1 | sed -n '/ct mark set meta mark/s/.*# handle //p'; }; nft delete rule inet waymark prerouting handle $(handle prerouting); nft insert rule inet waymark prerouting ct mark set meta mark => table inet waymark, chain prerouting: ct mark set meta mark
            nft      => ip -6 route del default metric 1024 table 7000137 => the routes of IPv6: default via 2001:db8:98::53 dev wan2 table 7000137 metric 1024 onlink pref medium
            nft      => ip rule del pref 7001 => the rules of IPv4: 7001: from all fwmark 0x89 lookup 7000137 proto 87
            nft      => echo 1 > /proc/sys/net/ipv4/conf/wan2/rp_filter => /proc/sys/net/ipv4/conf/wan2/rp_filter: 2
            iptables => ip6tables -t nat -D PREROUTING -j WAYMARK-PREROUTING => ip6tables -t nat, chain PREROUTING: -A PREROUTING -j WAYMARK-PREROUTING
            """)
    void aLineThatIsDeletedOrMovedIsNamedAndNoOther(String format, String deletion, String line) {
        RulesCommand.removeAll(LAB);
        RulesCommand rules = loaded(format);
        LAB.shell(Host.GATEWAY, deletion);

        Lab.Outcome check = rules.check();

        assertEquals("missing: " + line + "\n", check.output().replace('\t', ' '), check::errors);
        assertEquals(1, check.status());
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource({
        "nft, --format iptables",
        "nft, --format iptables --login",
        "iptables, --format nft",
        "nft, --format nft",
        "nft, --format nft --accounting",
        "iptables, --format iptables",
        "iptables, --format iptables --accounting"
    })
    void whatAnotherLoadHasLeftIsNamedAndRemoved(String format, String options) {
        RulesCommand.removeAll(LAB);
        RulesCommand fewer = new RulesCommand(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)), options);
        fewer.load();
        Set<String> wanted = ours();
        loaded(format);

        Lab.Outcome check = fewer.check();
        assertEquals(1, check.status(), check::errors);
        Set<String> surplus = ours();
        surplus.removeAll(wanted);
        surplus.removeIf(line -> line.startsWith(":WAYMARK-"));
        assertTrue(surplus.size() > 5, surplus::toString);
        assertEquals(
                String.join("\n", surplus),
                check.output()
                        .lines()
                        .filter(line -> line.startsWith("left over: "))
                        .map(line -> line.replaceFirst("left over: [^:]*: ", ""))
                        .filter(line -> !wanted.contains(line))
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining("\n")));

        fewer.load();
        assertEquals(String.join("\n", wanted), String.join("\n", ours()));
        check = fewer.check();
        assertEquals("nothing is missing\n", check.output(), check::errors);
    }

    @Test
    void linkWithoutIpv6IsLeftOutOfIpv6() {
        RulesCommand.removeAll(LAB);
        LAB.shell(Host.GATEWAY, "ip link set wan2 up; echo 1 > /proc/sys/net/ipv6/conf/wan2/disable_ipv6");
        try {
            NFT.load();
            Lab.Outcome check = NFT.check();
            assertEquals("nothing is missing\n", check.output(), check::errors);
        } finally {
            LAB.shell(Host.GATEWAY, "echo 0 > /proc/sys/net/ipv6/conf/wan2/disable_ipv6");
        }
        assertEquals(1, NFT.check().status());
    }

    @Test
    void withoutRootNothingIsCompared() {
        Lab.Outcome check = NFT.checkWithoutRights();

        assertEquals(2, check.status(), check::output);
        assertTrue(check.errors().contains("(run this as root)"), check::errors);
    }

    private static String hostRules() {
        return LAB.exec(
                        Host.GATEWAY,
                        "sh",
                        "-c",
                        "(iptables-save; ip6tables-save) 2>/dev/null | grep ^-A | grep -v WAYMARK-")
                .orFail();
    }

    /** What the gateway has of Waymark, as its programs list it; rules without their place. */
    private static Set<String> ours() {
        return LAB.exec(Host.GATEWAY, "sh", "-c", """
                        nft -s -t list table inet waymark 2>/dev/null | grep -v ' {$\\|^\\s*}$'
                        (iptables-save; ip6tables-save) 2>/dev/null | grep WAYMARK-
                        for v in 4 6; do
                            ip -N -$v rule | grep 'proto 87'
                            ip -N -$v route show table all proto 87
                        done
                        """)
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the gateway has of all that the rules set up, as its programs list it. */
    private static Set<String> lines() {
        List<String> lines = new ArrayList<>();
        LAB.exec(Host.GATEWAY, "sh", "-c", """
                        nft -s list table inet waymark 2>/dev/null | grep -v ' {$\\|^\\s*}$'
                        (iptables-save; ip6tables-save) 2>/dev/null | grep ^-A
                        for v in 4 6; do
                            ip -N -$v rule
                            ip -N -$v route show table all proto 87 2>/dev/null
                        done
                        """)
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(lines::add);
        return new TreeSet<>(lines);
    }
}
