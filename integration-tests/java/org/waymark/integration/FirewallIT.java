package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;

/** The files of conf/firewall load as they are, and say the truth about themselves. */
class FirewallIT {
    private static final Path FILES = Path.of(System.getProperty("waymark.home"), "conf", "firewall");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @ParameterizedTest
    @ValueSource(strings = {"iptables", "ip6tables"})
    void rulesAreThoseOfTheRecipe(String tables) {
        String client = tables.equals("iptables") ? "192.168.111.137/32" : "fd00:111::137/128";
        run(tables, "-t", "mangle", "-F");
        run(tables + "-restore", "--noflush", FILES.resolve(tables + ".rules").toString());
        assertEquals(
                """
                -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
                -A PREROUTING -m conntrack ! --ctorigsrcport 53 --ctdir REPLY -j RETURN
                -A PREROUTING -s %s -m mark --mark 0x0 -j MARK --set-xmark 0x89/0xffffffff
                -A PREROUTING -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
                -A OUTPUT -m mark ! --mark 0x0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
                """.formatted(client),
                run(tables + "-save", "-t", "mangle")
                        .lines()
                        .filter(line -> line.startsWith("-A"))
                        .map(line -> line + "\n")
                        .reduce("", String::concat));
    }

    @Test
    void nftFileMayBeLoadedAgainAndAgain() {
        String file = FILES.resolve("waymark.nft").toString();
        run("nft", "-f", file);
        String once = run("nft", "list", "table", "inet", "waymark");
        run("nft", "-f", file);
        assertEquals(once, run("nft", "list", "table", "inet", "waymark"));
        assertTrue(once.contains("0x00000089"), once);
        run("nft", "delete", "table", "inet", "waymark");
    }

    @Test
    void guardKeepsTheMarkOfTheClientsConnection() {
        LAB.rules();
        assertEquals(OptionalLong.of(137), markOfClientAfterAnAnswer());
    }

    @Test
    void withoutTheGuardTheAnswerWipesTheMarkOfTheClientsConnection() {
        LAB.rules();
        run("iptables", "-t", "mangle", "-R", "OUTPUT", "1", "-j", "CONNMARK", "--save-mark");
        assertEquals(OptionalLong.of(0), markOfClientAfterAnAnswer());
    }

    private static OptionalLong markOfClientAfterAnAnswer() {
        InetSocketAddress gateway = Family.IPV4.gateway();
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            assertArrayEquals(
                    Message.answerTo(query), client.ask(query, gateway).bytes(), forwarder::log);
            return LAB.conntrack().markOf(false, client.localAddress(), gateway);
        }
    }

    private static String run(String... command) {
        return LAB.exec(Host.GATEWAY, command).orFail();
    }
}
