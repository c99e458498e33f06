package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Field;
import org.waymark.ruleset.Hook;
import org.waymark.ruleset.HostRule;
import org.waymark.ruleset.Ruleset;
import org.waymark.ruleset.Tool;

/** The host's rules are read as the kernel has them, and each can be deleted by the command that is told. */
class RulesetIT {
    private static final String TWO_RULES = """
            -A PREROUTING -j CONNMARK --restore-mark
            -A OUTPUT -m mark ! --mark 0 -j CONNMARK --save-mark
            """;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @BeforeEach
    void noRules() {
        LAB.shell(Host.GATEWAY, """
                nft flush ruleset
                for ip in ip ip6; do
                    for table in $(cat /proc/net/${ip}_tables_names); do ${ip}tables-legacy -t $table -F; done
                done
                """);
    }

    @Test
    void recipeOfIptablesIsReadInItsOrder() {
        LAB.shell(Host.GATEWAY, "iptables-nft-restore --noflush < conf/firewall/iptables.rules");

        assertEquals(
                List.of(
                        "PREROUTING Restore -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
                        "PREROUTING Return -A PREROUTING -m conntrack ! --ctorigsrcport 53 --ctdir REPLY -j RETURN",
                        "PREROUTING SetPacketMark -A PREROUTING -s 192.168.111.137/32 -m mark --mark 0x0 -j MARK --set-xmark 0x89/0xffffffff",
                        "PREROUTING Save -A PREROUTING -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff",
                        "OUTPUT Save -A OUTPUT -m mark ! --mark 0x0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff"),
                texts(read()));
    }

    @Test
    void recipeOfNftIsReadInItsOrder() {
        LAB.shell(Host.GATEWAY, "nft -f conf/firewall/waymark.nft");

        assertEquals(
                List.of(
                        "PREROUTING Restore meta mark set ct mark",
                        "PREROUTING Return ct direction reply th dport != 53 return",
                        "PREROUTING SetPacketMark meta mark 0x0 ip saddr 192.168.111.137 meta mark set 0x89",
                        "PREROUTING SetPacketMark meta mark 0x0 ip6 saddr fd00:111::137 meta mark set 0x89",
                        "PREROUTING Save ct mark set meta mark",
                        "OUTPUT Save meta mark != 0x0 ct mark set meta mark"),
                texts(read()).stream()
                        .map(text -> text.replaceAll("0x0+(?=\\d)", "0x"))
                        .toList());
    }

    /** Otherwise a rule of iptables-nft would count twice: nft shows it, too. */
    @Test
    void everyToolHasItsOwnRulesOnce() {
        LAB.shell(Host.GATEWAY, """
                for iptables in iptables-nft ip6tables-nft iptables-legacy ip6tables-legacy; do
                    printf '*mangle\\n%sCOMMIT\\n' | $iptables-restore --noflush
                done
                nft -f conf/firewall/waymark.nft
                """.formatted(TWO_RULES));

        Ruleset read = read();

        assertEquals(14, read.rules().size(), read::toString);
        assertEquals(Set.of(Tool.values()), read.toolsWithMarks());
        assertEquals(
                4,
                read.rules().stream()
                        .filter(rule -> rule.tool() == Tool.IPTABLES_LEGACY)
                        .count());
    }

    /** What the kernel itself says about the order: of two chains that set the packet's mark, the later one wins. */
    @Test
    void chainsOfOnePriorityAreInTheOrderInWhichTheyRun() {
        LAB.loadNft(Host.GATEWAY, setsMark("ip first", 1));
        LAB.shell(Host.GATEWAY, "iptables-nft -t mangle -A OUTPUT -j MARK --set-mark 2");
        LAB.loadNft(Host.GATEWAY, setsMark("ip last", 3));
        LAB.loadNft(Host.GATEWAY, """
                table ip counted {
                    chain output {
                        type filter hook output priority -149;
                        meta mark 1 counter
                    }
                }
                """);

        assertEquals(
                List.of("ip last", "mangle", "ip first"),
                read().rules().stream().map(HostRule::table).toList());
        LAB.shell(Host.GATEWAY, "ping -c 1 -W 1 127.0.0.1");
        assertFalse(list("nft list table ip counted").contains("packets 0"), "the first table ran last");
    }

    @Test
    void everyRuleIsDeletedByItsOwnCommand() {
        LAB.shell(Host.GATEWAY, """
                iptables-nft-restore --noflush < conf/firewall/iptables.rules
                ip6tables-legacy-restore --noflush < conf/firewall/ip6tables.rules
                nft -f conf/firewall/waymark.nft
                iptables-nft -t mangle -A OUTPUT -m comment --comment 'a "b" $(c)' -j MARK --set-mark 5
                iptables-nft -t mangle -A OUTPUT -m comment --comment 'a "b" $(c)' -j MARK --set-mark 5
                iptables-nft -P FORWARD DROP
                iptables-nft -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
                nft 'add table ip guard; add chain ip guard input { type filter hook input priority 0; policy drop; }'
                nft add rule ip guard input iif lo accept
                """);

        List<HostRule> left = read().rules();
        assertTrue(left.size() > 15, left::toString);
        while (!left.isEmpty()) {
            HostRule first = left.get(0);
            LAB.shell(Host.GATEWAY, first.deletion());
            List<HostRule> now = read().rules();
            assertFalse(count(now, first) >= count(left, first), first::deletion);
            left = now;
        }
    }

    private static long count(List<HostRule> rules, HostRule rule) {
        return rules.stream()
                .filter(other -> other.tool() == rule.tool()
                        && other.table().equals(rule.table())
                        && other.path().equals(rule.path())
                        && other.text().equals(rule.text()))
                .count();
    }

    @Test
    void programsAreKnownByTheirChains() {
        LAB.shell(Host.GATEWAY, """
                iptables-nft -t mangle -N ts-preroute
                iptables-nft -t mangle -A PREROUTING -j ts-preroute
                iptables-nft -t mangle -A ts-preroute -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
                iptables-nft -t nat -N ts-postrouting
                iptables-nft -t nat -A POSTROUTING -j ts-postrouting
                iptables-nft -t nat -A ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE
                iptables-nft -t nat -N DOCKER
                iptables-nft -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
                iptables-nft -t nat -A DOCKER ! -i docker0 -p udp --dport 53 -j DNAT --to-destination 172.17.0.2:53
                """);

        assertEquals(
                List.of("Tailscale SetPacketMark", "Docker Dnat", "Tailscale Masquerade"),
                read().rules().stream()
                        .map(rule -> rule.program().orElse("") + " " + name(rule))
                        .toList());
    }

    /** What firewalld 1.3.3 has made for an external and an internal zone. */
    @Test
    void firewalldsRulesAreRead() {
        LAB.shell(Host.GATEWAY, "nft -f src/test/resources/ruleset/firewalld.nft");

        List<HostRule> rules = read().rules();

        assertEquals(
                Set.of("firewalld"),
                rules.stream().map(rule -> rule.program().orElse("")).collect(Collectors.toSet()));
        assertEquals(
                List.of("Redirect udp 53 eth8", "Masquerade   eth7"),
                rules.stream()
                        .filter(rule ->
                                rule.effect() instanceof Effect.Redirect || rule.effect() instanceof Effect.Masquerade)
                        .map(rule -> String.join(
                                " ",
                                name(rule),
                                all(rule, Field.PROTOCOL),
                                all(rule, Field.DESTINATION_PORT),
                                all(rule, Field.INPUT_INTERFACE) + all(rule, Field.OUTPUT_INTERFACE)))
                        .toList());
    }

    private static String all(HostRule rule, Field field) {
        return String.join(",", rule.conditions().values(field));
    }

    /** What ufw 0.36.2 has made, with a rule for port 53 and a policy that drops. */
    @Test
    void ufwsRulesAreRead() {
        LAB.shell(Host.GATEWAY, "iptables-nft-restore < src/test/resources/ruleset/ufw.rules");

        List<HostRule> input = read().rules().stream()
                .filter(rule -> rule.hook() == Hook.INPUT)
                .toList();

        List<HostRule> dns = input.stream()
                .filter(rule -> rule.conditions().values(Field.DESTINATION_PORT).contains("53"))
                .toList();
        assertEquals(List.of("Accept"), dns.stream().map(RulesetIT::name).toList());
        assertEquals(
                List.of("INPUT", "ufw-before-input", "ufw-user-input"),
                dns.get(0).path());
        assertEquals("-P INPUT DROP", input.get(input.size() - 1).text());
    }

    @Test
    void waymarksOwnTablesAreLeftOut() {
        try (Forwarder forwarder =
                Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)))) {
            assertTrue(list("nft list ruleset").contains("waymark-" + forwarder.pid()));

            assertEquals(List.of(), read().rules());
        }
    }

    @Test
    void whatOnlyIptablesUnderstandsIsToldWhereItDoesNotShowIt() {
        LAB.shell(Host.GATEWAY, """
                iptables-nft -t raw -A PREROUTING -j CT --zone 5
                nft add rule ip raw PREROUTING ct mark set meta mark and 0xff
                """);

        Ruleset read = LAB.in(Host.GATEWAY, Ruleset::read);

        assertEquals(1, read.unreadable().size(), read::toString);
        assertTrue(read.unreadable().get(0).startsWith("nft table ip raw, chain PREROUTING, handle "), read::toString);
        assertEquals(List.of("Save"), read.rules().stream().map(RulesetIT::name).toList());
    }

    private static String setsMark(String table, int mark) {
        return """
                table %s {
                    chain output {
                        type route hook output priority -150;
                        meta mark set %d
                    }
                }
                """.formatted(table, mark);
    }

    private static Ruleset read() {
        Ruleset read = LAB.in(Host.GATEWAY, Ruleset::read);
        assertEquals(List.of(), read.unreadable());
        return read;
    }

    private static List<String> texts(Ruleset read) {
        return read.rules().stream()
                .map(rule -> rule.hook() + " " + name(rule) + " " + rule.text())
                .collect(Collectors.toList());
    }

    private static String name(HostRule rule) {
        return rule.effect().getClass().getSimpleName();
    }

    private static String list(String command) {
        return LAB.exec(Host.GATEWAY, "sh", "-ec", command).orFail();
    }
}
