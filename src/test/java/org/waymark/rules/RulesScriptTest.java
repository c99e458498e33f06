package org.waymark.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.programs.IpVersion;

class RulesScriptTest {
    private static final Path FILES = Path.of("conf", "firewall");
    private static final List<Client> CLIENTS =
            List.of(Client.byAddress("192.168.111.137=137"), Client.byAddress("fd00:111::137=137"));

    @TempDir
    private Path folder;

    private String script(Format format, String toml, Tasks tasks) throws IOException, ConfigurationException {
        Path file =
                Files.writeString(folder.resolve("waymark.toml"), toml + "\n[[upstream]]\nservers = [\"9.9.9.9\"]\n");
        return RulesScript.of(format, Configuration.read(file), tasks).text();
    }

    private static Tasks of(List<Client> clients) {
        return new Tasks(clients, false, List.of(), List.of(), false);
    }

    /** The lines that are not comments. */
    private static List<String> rulesIn(Stream<String> lines) {
        return lines.map(String::strip)
                .map(line -> line.replace("fd00:111:0:0:0:0:0:137", "fd00:111::137"))
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static List<String> between(List<String> lines, String first, String last) {
        return lines.subList(lines.indexOf(first) + 1, lines.indexOf(last));
    }

    @Test
    void nftRulesAreThoseOfTheFile() throws IOException, ConfigurationException {
        List<String> printed = rulesIn(script(Format.NFT, "", of(CLIENTS)).lines());
        List<String> file = rulesIn(Files.readAllLines(FILES.resolve("waymark.nft")).stream());

        assertEquals(
                file.subList(file.indexOf("table inet waymark {"), file.size()),
                between(printed, "delete table inet waymark", "RULES"));
    }

    @ParameterizedTest
    @EnumSource
    void iptablesRulesAreThoseOfTheFiles(IpVersion version) throws IOException, ConfigurationException {
        List<String> printed = rulesIn(script(Format.IPTABLES, "", of(CLIENTS)).lines());
        List<String> rules =
                printed.subList(printed.indexOf(version.iptables() + "-restore --noflush <<'RULES'"), printed.size());
        List<String> file = rulesIn(Files.readAllLines(FILES.resolve(version.iptables() + ".rules")).stream());

        assertEquals(
                between(file, "*mangle", "COMMIT").stream()
                        .map(rule -> rule.replace("-A ", "-A WAYMARK-").replace("--set-mark", "--set-xmark"))
                        .toList(),
                between(rules, ":WAYMARK-OUTPUT - [0:0]", "COMMIT"));
    }

    @Test
    void rule4WritesTheBitsThatPoliciesSet() throws IOException, ConfigurationException {
        String toml = "[mark]\nmask = 0xf\n[[policy]]\nmark = 1\nset-mark = \"0x100/0xf00\"\n";

        assertTrue(
                script(Format.IPTABLES, toml, of(List.of()))
                        .contains(
                                "-A WAYMARK-OUTPUT -m mark ! --mark 0x0/0xf0f -j CONNMARK --save-mark --nfmask 0xf0f --ctmask 0xf0f\n"));
        String nft = script(Format.NFT, toml, of(List.of()));
        assertTrue(nft.contains("meta mark and 0xf0f != 0 jump save_outgoing\n"), nft);
        assertTrue(nft.contains("meta mark and 0x800 == 0 ct mark set ct mark and 0xfffff7ff\n"), nft);
    }

    @Test
    void theMostExactClientsComeFirst() throws IOException, ConfigurationException {
        List<Client> clients = List.of(
                Client.byInterface("lan=1"),
                Client.byAddress("10.0.0.0/8=2"),
                Client.byAddress("10.1.0.0/16=3"),
                Client.byHardwareAddress("02:00:00:00:01:AB=4"));
        String nft = script(Format.NFT, "", of(clients));

        assertEquals(
                List.of(
                        "meta mark 0 ether saddr 02:00:00:00:01:ab meta mark set 4",
                        "meta mark 0 ip saddr 10.1.0.0/16 meta mark set 3",
                        "meta mark 0 ip saddr 10.0.0.0/8 meta mark set 2",
                        "meta mark 0 iifname \"lan\" meta mark set 1"),
                rulesIn(nft.lines()).stream()
                        .filter(line -> line.startsWith("meta mark 0 "))
                        .toList());
    }

    @Test
    void routeWithoutAMaskCountsOnlyTheBitsThatWaymarkWrites() throws IOException, ConfigurationException {
        Tasks tasks = new Tasks(List.of(), false, List.of(), List.of(Route.parse("7=wg0")), false);

        assertTrue(script(Format.NFT, "[mark]\nmask = 0xff", tasks)
                .contains("7001 from all fwmark 0x7/0xff lookup 7000007'\n"));
        assertTrue(script(Format.NFT, "", tasks).contains("7001 from all fwmark 0x7 lookup 7000007'\n"));
    }

    @Test
    void ipVersionWithoutAGatewayIsUnreachable() throws IOException, ConfigurationException {
        Tasks tasks = new Tasks(List.of(), false, List.of(), List.of(Route.parse("7=wan2,10.98.0.53")), false);
        String script = script(Format.NFT, "", tasks);

        assertTrue(script.contains("ip -6 route replace unreachable default metric 4294967295 table 7000007"), script);
        assertTrue(
                script.contains("ip -4 route replace default via 10.98.0.53 dev wan2 onlink metric 1024 table 7000007"),
                script);
        assertFalse(script.contains("ip -6 route replace default"), script);
    }

    @Test
    void tableOfAMarkIsTheSameWhateverOtherRoutesThereAre() throws IOException, ConfigurationException {
        Route small = Route.parse("137=wg0");
        Route masked = Route.parse("0x200/0xf00=wan2");
        for (List<Route> routes : List.of(List.of(small, masked), List.of(masked, small))) {
            String script = script(Format.NFT, "", new Tasks(List.of(), false, List.of(), routes, false));
            assertTrue(script.contains(" from all fwmark 0x89 lookup 7000137"), script);
            assertTrue(script.contains(" from all fwmark 0x200/0xf00 lookup 1528823225"), script);
        }
    }

    @Test
    void redirectionThatLacksAnIpVersionIsSaid() throws IOException, ConfigurationException {
        Tasks tasks = new Tasks(List.of(), false, List.of("lan"), List.of(), false);
        for (Format format : Format.values()) {
            String script = script(format, "[listen]\naddresses = [\"192.168.111.1:53\"]\n", tasks);
            assertTrue(script.contains("\n# Queries over IPv6 are not redirected, and pass by Waymark: "), script);
            assertFalse(script(format, "", tasks).contains("not redirected"));
        }
    }

    @Test
    void noLineOfACommentIsTooLongToRead() throws IOException, ConfigurationException {
        Tasks tasks = new Tasks(CLIENTS, true, List.of("lan"), List.of(Route.parse("137=wg0")), true);
        for (Format format : Format.values()) {
            script(format, "", tasks)
                    .lines()
                    .filter(line -> line.strip().startsWith("# "))
                    .forEach(line -> assertTrue(line.length() <= 120, line));
        }
    }
}
