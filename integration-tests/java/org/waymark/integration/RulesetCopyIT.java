package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Writer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Waiting;
import org.waymark.linux.NetworkNamespace;
import org.waymark.programs.HostProgram;
import org.waymark.ruleset.RulesetCopy;

/** A copy of the host's rules is the same rules in another network namespace. */
class RulesetCopyIT {
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
    void recipesOfAllThreeToolsAreCopied() {
        LAB.shell(Host.GATEWAY, """
                iptables-nft-restore --noflush < conf/firewall/iptables.rules
                ip6tables-nft-restore --noflush < conf/firewall/ip6tables.rules
                iptables-legacy-restore --noflush < conf/firewall/iptables.rules
                ip6tables-legacy-restore --noflush < conf/firewall/ip6tables.rules
                nft -f conf/firewall/waymark.nft
                """);

        assertSameRulesInCopy();
    }

    /** Of chains with one hook and priority the one registered later runs earlier. */
    @Test
    void tablesAreMadeInTheOrderInWhichTheyWere() {
        LAB.loadNft(Host.GATEWAY, table("inet first"));
        LAB.shell(Host.GATEWAY, "iptables-nft -t mangle -A PREROUTING -j CONNMARK --save-mark");
        LAB.loadNft(Host.GATEWAY, table("ip last"));

        List<String> tables = assertSameRulesInCopy()
                .lines()
                .filter(line -> line.startsWith("table "))
                .toList();

        assertEquals(List.of("table inet first {", "table ip mangle {", "table ip last {"), tables);
    }

    @Test
    void whatNftCanNotLoadOfIptablesIsCopiedByIptables() {
        LAB.shell(Host.GATEWAY, """
                iptables-nft -t mangle -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
                iptables-nft -t mangle -A PREROUTING -m statistic --mode nth --every 2 --packet 0 -j MARK --set-mark 5
                iptables-nft -t raw -A PREROUTING -i eth9 -j CT --zone 7
                iptables-nft -t nat -A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353
                """);

        assertSameRulesInCopy();
    }

    /** Everything that nft has for marks, and what firewalld and ufw make. */
    @Test
    void sampleRulesetsAreCopied() {
        LAB.shell(Host.GATEWAY, """
                nft -f src/test/resources/ruleset/nft.txt
                nft 'delete table ip waymark-812; delete table ip waymark-812-late'
                nft -f src/test/resources/ruleset/firewalld.nft
                iptables-nft-restore < src/test/resources/ruleset/ufw.rules
                """);

        assertSameRulesInCopy();
    }

    /** A table that belonged to the program that loads it would disappear when that ends. */
    @Test
    void copyOfAnOwnedTableStays() throws Exception {
        Process owner = LAB.command(Host.GATEWAY, "nft", "-i").start();
        try (Writer commands = owner.outputWriter()) {
            commands.write("add table inet owned { flags owner; }\nadd chain inet owned empty\n");
            commands.flush();
            Waiting.until(Waiting.PATIENCE, "the table", () -> LAB.exec(Host.GATEWAY, "nft", "list", "ruleset")
                    .orFail()
                    .contains("chain empty"));
            RulesetCopy copy = LAB.in(Host.GATEWAY, RulesetCopy::take);
            String loaded = NetworkNamespace.inNew(() -> {
                assertEquals(List.of(), copy.load());
                return list("nft", "list", "ruleset");
            });
            assertTrue(loaded.contains("chain empty") && !loaded.contains("owner"), loaded);
        }
        owner.waitFor();
    }

    @Test
    void setsOfIpsetAreCopied() {
        LAB.shell(Host.GATEWAY, """
                ipset create portal hash:ip
                ipset add portal 192.168.111.137
                iptables-nft -t mangle -A PREROUTING -m set --match-set portal src -j MARK --set-mark 5
                """);
        try {
            assertSameRulesInCopy();
        } finally {
            LAB.shell(Host.GATEWAY, "iptables-nft -t mangle -F; ipset destroy portal");
        }
    }

    @Test
    void partThatCanNotBeLoadedIsToldAndTheOthersAreLoaded() throws Exception {
        LAB.loadNft(Host.GATEWAY, """
                table inet needs_lan {
                    chain c {
                        iif "lan" accept
                    }
                }
                """ + table("inet other"));

        RulesetCopy copy = LAB.in(Host.GATEWAY, RulesetCopy::take);
        List<String> problems = NetworkNamespace.inNew(() -> {
            List<String> failed = copy.load();
            assertTrue(list("nft", "-s", "list", "ruleset").contains("table inet other"));
            return failed;
        });

        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).contains("Interface does not exist"), problems.get(0));
        assertEquals(Set.of("lan"), copy.interfaces());
    }

    private static String table(String name) {
        return """
                table %s {
                    chain prerouting {
                        type filter hook prerouting priority mangle; policy accept;
                        meta mark set ct mark
                    }
                }
                """.formatted(name);
    }

    /** Returns the rules of nftables, as nft shows them. */
    private static String assertSameRulesInCopy() {
        return LAB.in(Host.GATEWAY, () -> {
            String rules = everyRule();
            RulesetCopy copy = RulesetCopy.take();
            assertEquals(List.of(), copy.problems());
            NetworkNamespace.inNew(() -> {
                assertEquals(List.of(), copy.load());
                assertEquals(rules, everyRule());
                return null;
            });
            return list("nft", "-s", "list", "ruleset");
        });
    }

    private static String everyRule() {
        return Stream.of(
                        list("nft", "-s", "list", "ruleset"),
                        list("iptables-nft-save"),
                        list("ip6tables-nft-save"),
                        list("iptables-legacy-save"),
                        list("ip6tables-legacy-save"),
                        list("ipset", "save"))
                .reduce("", String::concat);
    }

    /** Without comments, which have the time, and counts of packets. */
    private static String list(String program, String... arguments) {
        return HostProgram.run(program, arguments)
                .orElseThrow()
                .output()
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\[\\d+:\\d+\\]", "");
    }
}
