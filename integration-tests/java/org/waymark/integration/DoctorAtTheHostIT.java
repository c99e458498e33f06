package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Diagnosis;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** What else than rules may be wrong at the gateway, is found by the doctor, and cured as it says. */
class DoctorAtTheHostIT {
    private static final String SERVER = "10.99.0.53";

    private Lab lab;
    private StubServer stub;

    @BeforeEach
    void wholeGateway() {
        lab = Lab.up();
        stub = StubServer.on(lab, Family.IPV4.upstream(53));
    }

    @AfterEach
    void down() {
        stub.close();
        lab.close();
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private void assertCured(Setup setup, String severity, String... mentioned) {
        try (Patient patient = Patient.with(lab, setup)) {
            Diagnosis found = patient.diagnosis();
            Patient.assertFound(found, severity, mentioned);
            patient.carryOutCures(found);
            assertEquals(List.of(), patient.diagnosis().bad(), () -> "after the cures of " + found.bad());
        }
    }

    @Test
    void itNeedsCapabilities() {
        try (Patient patient = Patient.with(lab, setup())) {
            String few = "-net_admin,-sys_admin,-setuid";
            Diagnosis found = patient.diagnosis("setpriv", "--bounding-set", few, "--inh-caps", few);
            Patient.assertFound(found, "fault", "runs without CAP_NET_ADMIN, CAP_SETUID, CAP_SYS_ADMIN");
            patient.carryOutCures(found);
            assertEquals(List.of(), patient.diagnosis().bad());
        }
    }

    /** Answers by the link of the mark are dropped, because the way back without a mark is another link. */
    @Test
    void strictReversePathFilter() {
        lab.routeOverSecondLink(137);
        lab.shell(
                Host.GATEWAY,
                "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 1 > /proc/sys/net/ipv4/conf/wan2/rp_filter");
        assertCured(
                setup(),
                "fault",
                "a query with mark 0x89 (137) to 10.99.0.53:53",
                "gets an answer by wan2, which the host drops",
                "the reverse path filter of wan2 is strict");
    }

    /**
     * Such a route keeps queries from leaving another way while a VPN is down, so the cure must not take it away. It is a command once the
     * operator has filled in the link.
     */
    @ParameterizedTest
    @ValueSource(strings = {"blackhole default", "unreachable default metric 4294967295"})
    void blackholeForOneMark(String route) {
        lab.addSecondLink();
        lab.shell(Host.GATEWAY, "ip rule add fwmark 137 table 100; ip route add " + route + " table 100");
        StubServer overSecondLink = StubServer.on(lab, new InetSocketAddress("10.98.0.53", 53));
        try (Patient patient = Patient.with(lab, setup())) {
            Diagnosis found = patient.diagnosis();
            Patient.assertFound(
                    found,
                    "fault",
                    "a query with mark 0x89 (137) to 10.99.0.53:53 can't leave",
                    "table 100 says: " + route,
                    "give the table a route: ip -4 route replace default via GATEWAY dev LINK table 100");
            assertFalse(found.text().contains("route del"), found::text);
            lab.shell(Host.GATEWAY, "ip -4 route replace default via 10.98.0.53 dev wan2 table 100");
            assertEquals(List.of(), patient.diagnosis().bad());
        } finally {
            overSecondLink.close();
        }
    }

    /** No command here can mend it; those that are printed show where it is. */
    @Test
    void serverThatIsSilentForOneMark() {
        lab.routeOverSecondLink(137);
        lab.shell(Host.UPSTREAM, "iptables -A INPUT -i wan2 -j DROP");
        try (Patient patient = Patient.with(lab, setup())) {
            Diagnosis found = patient.diagnosis();
            Patient.assertFound(
                    found,
                    "fault",
                    "a query with mark 0x89 (137) to 10.99.0.53:53",
                    "gets no answer within a second; it leaves by wan2 from 10.98.0.1",
                    "it answers with mark 0x0 (0) by wan",
                    "ip route get 10.99.0.53 mark 0x89");
            lab.shell(Host.UPSTREAM, "iptables -D INPUT -i wan2 -j DROP");
            assertEquals(List.of(), patient.diagnosis().bad());
        }
    }

    @Test
    void portThatAnotherProgramHas() {
        Process dnsmasq = start(
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file", "--user=root", "--no-resolv");
        try {
            Waiting.until(Waiting.PATIENCE, "dnsmasq has the port", () -> !lab.exec(
                            Host.GATEWAY, "ss", "-Hlun", "sport = :53")
                    .orFail()
                    .isEmpty());
            assertCured(setup(), "fault", "dnsmasq");
            assertFalse(dnsmasq.isAlive(), "the cure ends it");
        } finally {
            dnsmasq.destroy();
        }
    }

    private Process start(String... command) {
        try {
            return lab.command(Host.GATEWAY, command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On a wildcard Waymark itself has the stub's address. */
    @ParameterizedTest
    @CsvSource({
        "true, the group default has no server",
        "false, 127.0.0.53:53 of the group default is a program of this host"
    })
    void serverThatIsAStubOfThisHost(boolean wildcard, String mentioned) throws IOException {
        Path resolvConf = Files.writeString(Files.createTempFile("waymark-it", ".resolv"), "nameserver 127.0.0.53\n");
        Setup listening = wildcard ? Setup.wildcard() : Setup.listeningOn(Family.IPV4.gateway());
        try (Patient patient = Patient.with(lab, listening.server("resolv.conf:" + resolvConf))) {
            Diagnosis found = patient.diagnosis();
            Patient.assertFound(found, "fault", mentioned);
            Files.writeString(resolvConf, "nameserver " + SERVER + "\n");
            assertEquals(List.of(), patient.diagnosis().bad());
        } finally {
            Files.delete(resolvConf);
        }
    }

    /** The limit is the machine's, so in a mount namespace a file of the test's stands for it. */
    @Test
    void tableOfConnectionsThatIsFull() throws IOException {
        Path limit = Files.writeString(Files.createTempFile("waymark-it", ".limit"), "2\n");
        String script = "mount --bind " + limit + " /proc/sys/net/netfilter/nf_conntrack_max; exec \"$0\" \"$@\"";
        lab.shell(
                Host.GATEWAY,
                "for port in 1 2 3; do conntrack -I -t 60 -p udp -s 192.0.2.1 -d 192.0.2.2 --sport 7 --dport $port; done");
        try (Patient patient = Patient.with(lab, setup())) {
            String[] through = {"unshare", "--mount", "sh", "-ec", script};
            Diagnosis found = patient.diagnosis(through);
            Patient.assertFound(
                    found,
                    "fault",
                    "3 of 2 connections",
                    "the table is full",
                    "sysctl -w net.netfilter.nf_conntrack_max=6");
            Files.writeString(limit, "6\n");
            assertEquals(List.of(), patient.diagnosis(through).bad());
        } finally {
            Files.delete(limit);
        }
    }

    @Test
    void rulesOfIptablesAndOfNft() throws IOException {
        lab.loadNft(Host.GATEWAY, Files.readString(Path.of("conf/firewall/waymark.nft")));
        assertCured(
                setup(), "warning", "rules of iptables and of nft both keep marks", "nft delete table inet waymark");
    }

    /** Also what it leaves behind: nothing. */
    @Test
    void itWorksBesideARunningWaymarkAndLeavesNothingBehind() {
        try (Forwarder forwarder = Forwarders.startAsItsUser(lab, setup());
                Patient patient = Patient.with(lab, setup())) {
            String before =
                    lab.exec(Host.GATEWAY, "nft", "-s", "list", "ruleset").orFail();
            Diagnosis found = patient.diagnosis();
            assertEquals(List.of(), found.bad());
            assertTrue(found.text().contains("Waymark runs (process " + forwarder.pid() + ")"), found::text);
            assertEquals(
                    before,
                    lab.exec(Host.GATEWAY, "nft", "-s", "list", "ruleset").orFail());
            assertEquals(List.of(), connectionsToServer());
            Lab.Outcome forPeople = lab.exec(
                    Host.GATEWAY,
                    Forwarders.LAUNCHER,
                    "doctor",
                    "--config",
                    patient.file().toString());
            assertTrue(forPeople.orFail().startsWith(" OK         privileges: sufficient\n"), forPeople::output);
            assertTrue(forPeople.output().contains("\n0 faults, 0 warnings, "), forPeople::output);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private List<Conntrack.Connection> connectionsToServer() {
        return lab.conntrack().connections().stream()
                .filter(each -> each.original().destination().equals(Family.IPV4.upstream(53)))
                .toList();
    }

    /** The README's examples, as whole as they are there. */
    static Stream<Arguments> healthyUses() {
        String portal = """
                iptables -t nat -A PREROUTING -i lan -p udp --dport 53 -j REDIRECT
                iptables -t nat -A PREROUTING -i lan -p tcp --dport 53 -j REDIRECT
                iptables -t mangle -A POSTROUTING -p udp --dport 53 -m connmark --mark 137
                """;
        String vpn = """
                ip rule add fwmark 137 table 100
                ip rule add fwmark 137 iif wan2 lookup main
                ip route add default via 10.98.0.53 dev wan2 table 100
                ip route add unreachable default metric 4294967295 table 100
                """;
        String map = "nft delete rule inet waymark prerouting handle $(nft -a list chain inet waymark prerouting |"
                + " grep 'ip saddr 192' | sed 's/.*handle //')\n"
                + "nft insert rule inet waymark prerouting position $(nft -a list chain inet waymark prerouting |"
                + " grep 'ct mark set meta mark' | sed 's/.*handle //')"
                + " meta mark 0 meta mark set ip saddr map '{ 192.168.111.137 : 137, 192.168.111.138 : 138 }'\n";
        return Stream.of(
                Arguments.of(
                        "captive portal",
                        "",
                        portal,
                        setup().with("mark", "unknown = \"refuse\"")
                                .append("[[policy]]\nmark = 0\naction = \"refuse\"\n")),
                Arguments.of("some clients through a VPN", "", vpn, setup().append("""
                                [[upstream]]
                                name = "vpn"
                                servers = ["10.98.0.53"]

                                [[policy]]
                                mark = 137
                                upstream = "vpn"
                                """)),
                Arguments.of("LAN resolver", "--nft", map, setup()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyUses")
    void itIsContentWithEachOfTheReadmesUses(String use, String rules, String commands, Setup setup) {
        lab.addSecondLink();
        lab.rules(rules.isEmpty() ? new String[0] : new String[] {rules});
        lab.shell(Host.GATEWAY, commands);
        StubServer vpn = StubServer.on(lab, new InetSocketAddress("10.98.0.53", 53));
        try (Patient patient = Patient.with(lab, setup)) {
            Diagnosis diagnosis = patient.diagnosis();
            assertEquals(List.of(), diagnosis.bad());
            assertEquals(0, diagnosis.status());
            assertTrue(diagnosis.text().contains("mark 0x89 (137)"), diagnosis::text);
        } finally {
            vpn.close();
        }
    }
}
