package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Marks arrive whatever lies between a client and the gateway: a router, a bridge, or nothing but the link itself. */
class LinkIT {
    private final MarkedClients clients = MarkedClients.with(16);
    private Lab lab;
    private StubServer stub;

    @BeforeEach
    void makeANetworkToChange() {
        lab = Lab.up();
        stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV6.upstream(53));
    }

    @AfterEach
    void removeIt() {
        stub.close();
        lab.close();
    }

    @Test
    void marksArriveFromClientsBehindASecondRouter() {
        lab.addHostBehindClient();
        clients.settleBehindClient(lab);
        assertExact("clients behind a second router", Host.BEHIND, clients::markOf);
    }

    /** All of them are then the router, as .101, for the gateway. */
    @Test
    void markOfTheSecondRouterArrivesWhenItHidesItsClients() {
        lab.rules("--many");
        lab.addHostBehindClient();
        clients.settleBehindClient(lab);
        lab.shell(Host.CLIENT, """
                iptables -t nat -A POSTROUTING -o lan -j SNAT --to 192.168.111.101
                ip6tables -t nat -A POSTROUTING -o lan -j SNAT --to fd00:111::101
                """);
        assertExact("clients hidden by a second router", Host.BEHIND, client -> 101);
    }

    @Test
    void marksArriveFromClientsOfABridge() {
        lab.shell(Host.GATEWAY, """
                ip link add bridge type bridge
                ip address flush dev lan
                ip link set lan master bridge
                ip link set bridge up
                ip address add 192.168.111.1/24 dev bridge
                ip address add fd00:111::1/64 dev bridge nodad
                """);
        clients.settleIn(lab);
        assertExact("clients of a bridge", Host.CLIENT, clients::markOf);
    }

    /**
     * The clients are fe80::1 to fe80::8, with these numbers as marks, but for the last, which has none. The gateway has one
     * link-local address on each of its links, as routers often do.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void marksArriveFromLinkLocalClientsAndAnswersComeFromTheLinkLocalAddress(boolean isWildcard) {
        lab.shell(Host.GATEWAY, """
                ip address add fe80::aaaa/64 dev lan nodad
                ip address add fe80::aaaa/64 dev wan nodad
                for n in $(seq 1 7); do
                    ip6tables -t mangle -I PREROUTING 2 -s fe80::$n -j MARK --set-mark $n
                done
                """);
        lab.shell(Host.CLIENT, "for n in $(seq 1 8); do ip address add fe80::$n/64 dev lan nodad; done");
        int scope = indexOf(Host.CLIENT, "lan");
        Setup setup = isWildcard
                ? Setup.wildcard()
                : Setup.listeningOn(gatewayAt(indexOf(Host.GATEWAY, "lan")), gatewayAt(indexOf(Host.GATEWAY, "wan")));
        String scenario = "link-local clients" + (isWildcard ? "" : ", a listener on each link");
        assertAllExact(scenario, setup.servers(Family.IPV4.upstream(53)), Host.CLIENT, questioner -> {
            for (int client = 1; client <= 8; client++) {
                questioner.ask(linkLocal("fe80::" + client, scope), gatewayAt(scope), client == 8 ? 0 : client);
            }
        });
    }

    /** The servers have the address that the gateway has on another link: none of them is Waymark itself. */
    @Test
    void marksArriveAtLinkLocalServersThatHaveAnAddressOfTheGatewayOnAnotherLink(@TempDir Path folder)
            throws IOException {
        lab.addSecondLink();
        lab.shell(Host.GATEWAY, "ip address add fe80::aaaa/64 dev lan nodad");
        lab.shell(Host.UPSTREAM, """
                ip address add fe80::aaaa/64 dev wan nodad
                ip address add fe80::aaaa/64 dev wan2 nodad
                """);
        clients.settleIn(lab);
        Path resolvConf = Files.writeString(
                folder.resolve("resolv.conf"), "nameserver fe80::aaaa%wan\nnameserver fe80::aaaa%wan2\n");
        InetSocketAddress first = gatewayAt(indexOf(Host.UPSTREAM, "wan"));
        InetSocketAddress second = gatewayAt(indexOf(Host.UPSTREAM, "wan2"));
        Setup setup = Setup.wildcard().server("resolv.conf:" + resolvConf).with("upstream", "strategy = \"spread\"");
        try (StubServer both = StubServer.on(lab, first, second)) {
            assertAllExact(
                    "link-local servers",
                    setup,
                    Host.CLIENT,
                    questioner -> askAsEachClient(questioner, clients::markOf));
            long askedFirst = both.seen().stream()
                    .filter(query -> scopeOf(query.at()) == scopeOf(first))
                    .count();
            assertTrue(askedFirst > 0 && askedFirst < both.seen().size(), "not both were asked, but one alone");
        }
    }

    private int indexOf(Host host, String link) {
        return Integer.parseInt(
                lab.exec(host, "ip", "-o", "link", "show", link).orFail().replaceFirst(":(?s).*", ""));
    }

    private static InetSocketAddress gatewayAt(int scope) {
        return new InetSocketAddress(linkLocal("fe80::aaaa", scope), 53);
    }

    private static int scopeOf(InetSocketAddress address) {
        return ((Inet6Address) address.getAddress()).getScopeId();
    }

    private static InetAddress linkLocal(String address, int scope) {
        try {
            return Inet6Address.getByAddress(null, Family.address(address).getAddress(), scope);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private void assertExact(String scenario, Host host, IntToLongFunction due) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53));
        assertAllExact(scenario, setup, host, questioner -> askAsEachClient(questioner, due));
    }

    private void askAsEachClient(Questioner questioner, IntToLongFunction due) {
        IntStream.rangeClosed(1, clients.size()).forEach(client -> Stream.of(Family.values())
                .forEach(family -> questioner.ask(
                        MarkedClients.address(family, client), family.gateway(), due.applyAsLong(client))));
    }

    private void assertAllExact(String scenario, Setup setup, Host host, Consumer<Questioner> asking) {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(lab, setup);
                TruthMeter meter = TruthMeter.on(lab, 0xffff_ffffL, "wan", "wan2")) {
            Questioner questioner = new Questioner(lab, host);
            asking.accept(questioner);
            Measurement measured = meter.measurement();
            assertEquals(List.of(), measured.stories(), forwarder::log);
            ExactMarksTable.addExact("Links: " + scenario, questioner.queries(), measured);
        }
    }
}
