package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** A gateway that loses marks is told in the log, with the cause that fits: each test breaks the gateway in one way. */
class LostMarksIT {
    private static final String TO_SERVER =
            "sent with mark 0x[0-9a-f]+ \\(\\d+\\) to 10\\.99\\.0\\.53:53 over (UDP|TCP), but ";
    private static final String TO_IPV6_SERVER =
            "sent with mark 0x[0-9a-f]+ \\(\\d+\\) to \\[2001:db8:99::53\\]:53 over (UDP|TCP), but ";
    private static final String DOCTOR = "; run waymark doctor";
    private static final String ONE_WAY =
            "conntrack sees only the answers on connections over TCP, one of them of 192\\.168\\.111\\.\\d+:\\d+, so their"
                    + " queries have mark 0x0 \\(0\\): ";
    private static final String NO_MARKS =
            "INFO none of the first \\d{4} queries had a mark; if .* waymark doctor says where .*";

    /** More often than Waymark looks at connections. */
    private static final Duration ROUND = Duration.ofMillis(100);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void rules() {
        LAB.rules("--many");
        STUB.reset();
    }

    @Test
    void missingRule4() {
        LAB.rules("--many", "--no-output");
        assertTold(
                MarkSource.LOOK_UP,
                TO_SERVER + "its connection has mark 0x0 \\(0\\): OUTPUT lacks a rule that saves the mark .*");
    }

    @Test
    void missingRule4OfIpv6Only() {
        LAB.shell(Host.GATEWAY, "ip6tables -t mangle -F OUTPUT");
        assertTold(
                MarkSource.LOOK_UP,
                Family.IPV6,
                TO_IPV6_SERVER + "its connection has mark 0x0 \\(0\\): OUTPUT for IPv6 lacks a rule .*");
    }

    @Test
    void missingRule4OfTcpOnly() {
        gateway(
                "iptables -t mangle -F OUTPUT",
                "iptables -t mangle -A OUTPUT -p udp -m mark ! --mark 0 -j CONNMARK --save-mark");
        assertTold(
                MarkSource.LOOK_UP,
                TO_SERVER.replace("(UDP|TCP)", "TCP") + "its connection has mark 0x0 \\(0\\): OUTPUT lacks a rule .*");
    }

    @ParameterizedTest
    @CsvSource({
        "LOOK_UP, a rule in OUTPUT or POSTROUTING changes the packet's mark before it is saved",
        "CONNTRACK, Waymark's own table has set it",
        "PACKET, Waymark's own table has set it"
    })
    void ruleThatOverwritesTheMarkLater(MarkSource source, String cause) {
        gateway("iptables -t mangle -A OUTPUT -d 10.99.0.53 -j CONNMARK --set-mark 0x200");
        assertTold(source, TO_SERVER + "its connection has mark 0x200 \\(512\\): " + cause + ".*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP, mangle", "CONNTRACK, mangle", "CONNTRACK, raw"})
    void ruleThatAddsABitBeforeTheMarkIsSaved(MarkSource source, String table) {
        gateway("iptables -t " + table + " -I OUTPUT -d 10.99.0.53 -j MARK --or-mark 0x1000");
        assertTold(
                source, TO_SERVER + "its connection has mark 0x10[0-9a-f]+ \\(\\d+\\): .* adds 0x1000 \\(4096\\) .*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void serversThatAreNotTracked(MarkSource source) {
        gateway("iptables -t raw -A OUTPUT -p udp --dport 53 -j NOTRACK");
        assertTold(source, TO_SERVER + "conntrack has no entry for its connection, .*NOTRACK.*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void serversInAZoneThatIsNotListed(MarkSource source) {
        gateway(
                "iptables -t raw -A OUTPUT -o wan -j CT --zone 9",
                "iptables -t raw -A PREROUTING -i wan -j CT --zone 9");
        assertTold(source, TO_SERVER + "its connection is in the conntrack zone 9, .*mark.upstream-zones.*");
    }

    @ParameterizedTest
    @EnumSource(MarkSource.class)
    void missingGuardInOutput(MarkSource source) {
        gateway("iptables -t mangle -F OUTPUT", "iptables -t mangle -A OUTPUT -j CONNMARK --save-mark");
        assertTold(
                source,
                "the answer to 192\\.168\\.111\\.\\d+:\\d+ has left, and its connection, which had mark 0x[0-9a-f]+ \\(\\d+\\), has"
                        + " mark 0x0 \\(0\\): a rule in OUTPUT saves .*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void queriesThatAreNotTracked(MarkSource source) {
        gateway("iptables -t raw -A PREROUTING -i lan -p udp --dport 53 -j NOTRACK");
        assertTold(
                source,
                "\\d+ of the latest \\d+ queries came on connections that conntrack has no entry for, one of them from"
                        + " 192\\.168\\.111\\.\\d+:\\d+: a rule in PREROUTING says NOTRACK .*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void tcpQueriesThatAreNotTracked(MarkSource source) {
        gateway("iptables -t raw -A PREROUTING -i lan -p tcp --dport 53 -j NOTRACK");
        assertTold(source, ONE_WAY + "a rule in PREROUTING says NOTRACK .*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void tcpQueriesInAZoneThatIsNotListed(MarkSource source) {
        gateway("iptables -t raw -A PREROUTING -i lan -p tcp --dport 53 -j CT --zone 7");
        assertTold(source, ONE_WAY + "its connection is in the conntrack zone 7, .*mark\\.zones: .*");
    }

    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void clientsInAZoneThatIsNotListed(MarkSource source) {
        gateway(
                "iptables -t raw -A PREROUTING -i lan -j CT --zone 7",
                "iptables -t raw -A OUTPUT -o lan -j CT --zone 7");
        assertTold(
                source,
                "\\d+ of the latest \\d+ queries came .*: its connection is in the conntrack zone 7, .*mark\\.zones: .*");
    }

    @Test
    void hostWithoutAnyRule() {
        gateway("nft flush ruleset", "conntrack -F");
        assertTold(
                MarkSource.LOOK_UP,
                "\\d+ of the latest \\d+ queries came on .* no entry for, .*: conntrack tracks nothing over IPv4: no rule .*");
    }

    @ParameterizedTest
    @EnumSource(MarkSource.class)
    void noRuleThatMarks(MarkSource source) {
        gateway("iptables -t mangle -F PREROUTING");
        assertLogged(source, Family.IPV4, NO_MARKS);
    }

    /** With marks of packets nothing is lost then. */
    @ParameterizedTest
    @CsvSource({"LOOK_UP", "CONNTRACK"})
    void missingRule3(MarkSource source) {
        gateway("iptables -t mangle -D PREROUTING -j CONNMARK --save-mark");
        assertLogged(source, Family.IPV4, NO_MARKS);
    }

    @ParameterizedTest
    @EnumSource(MarkSource.class)
    void rulesThatAreGoneWhileWaymarkRuns(MarkSource source) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            ask(Family.IPV4);
            gateway("iptables -t mangle -F PREROUTING");
            awaitLine(
                    forwarder,
                    Family.IPV4,
                    "INFO many queries in a row had no mark, among them .* such as 192\\.168\\.111\\.\\d+:\\d+; .* waymark doctor .*");
        }
    }

    private static void gateway(String... commands) {
        LAB.shell(Host.GATEWAY, String.join("\n", commands));
    }

    /** All clients ask, from other ports each time. */
    private static void ask(Family family) {
        RecipeClients.askOverUdp(LAB, family.gateway(), RecipeClients.count(), 20);
        RecipeClients.askOverTcp(LAB, family.gateway(), 1);
    }

    private static void assertTold(MarkSource source, String line) {
        assertTold(source, Family.IPV4, line);
    }

    private static void assertTold(MarkSource source, Family family, String line) {
        assertLogged(source, family, "WARN " + line + DOCTOR);
    }

    private static void assertLogged(MarkSource source, Family family, String line) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            awaitLine(forwarder, family, line);
        }
    }

    private static void awaitLine(Forwarder forwarder, Family family, String line) {
        Pattern told = Pattern.compile("^" + line + "$", Pattern.MULTILINE);
        long deadline = System.nanoTime() + Waiting.PATIENCE.toNanos();
        while (!told.matcher(forwarder.log()).find()) {
            assertTrue(System.nanoTime() < deadline, forwarder::log);
            long next = System.nanoTime() + ROUND.toNanos();
            ask(family);
            Waiting.until(Waiting.PATIENCE, "the next round", () -> System.nanoTime() >= next);
        }
        assertEquals(1, told.matcher(forwarder.log()).results().count(), forwarder::log);
    }
}
