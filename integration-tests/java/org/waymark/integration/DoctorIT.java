package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.waymark.lab.Diagnosis;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/**
 * The gateway is broken in one way, the doctor says which and what cures it, the cure is carried out as it says, and then the doctor is
 * content.
 */
class DoctorIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /**
     * A way to break the gateway.
     *
     * @param name the test's name
     * @param rules options of the recipe
     * @param setup the configuration
     * @param breaking what breaks it, for the shell
     * @param severity how bad the finding is
     * @param seen what the finding mentions, each somewhere in what was seen or what it means
     */
    private record Fault(
            String name, List<String> rules, Setup setup, String breaking, String severity, String... seen) {
        static Fault of(String name, Setup setup, String breaking, String severity, String... seen) {
            return new Fault(name, List.of(), setup, breaking, severity, seen);
        }

        Fault inNft(String breaking) {
            return new Fault(name + ", nft", List.of("--nft"), setup, breaking, severity, seen);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void wholeGateway() {
        LAB.shell(
                Host.GATEWAY,
                "for tables in iptables ip6tables; do $tables -P INPUT ACCEPT; $tables -F; done; ! nft list table inet waymark"
                        + " 2> /dev/null || nft delete table inet waymark");
        LAB.rules();
    }

    static Stream<Fault> faultsOfRules() {
        String mangle = "for tables in iptables ip6tables; do $tables -t mangle ";
        String delete = "nft delete rule inet waymark %s handle $(nft -a list table inet waymark | grep -F '%s' |"
                + " sed 's/.*handle //' | head -n 1)";
        Fault restore = Fault.of(
                "rule 1 is missing",
                setup(),
                mangle + "-D PREROUTING -j CONNMARK --restore-mark; done",
                "warning",
                "rule 1",
                "192.168.111.137");
        Fault save = Fault.of(
                "rule 3 is missing",
                setup(),
                mangle + "-D PREROUTING -j CONNMARK --save-mark; done",
                "fault",
                "rule 3",
                "come in with mark 0x89 (137), but their connections have mark 0x0 (0)");
        return Stream.of(
                restore,
                restore.inNft(delete.formatted("prerouting", "meta mark set ct mark")),
                Fault.of(
                        "rule 1 is missing, marks of packets",
                        setup().marksFrom(MarkSource.PACKET),
                        mangle + "-D PREROUTING -j CONNMARK --restore-mark; done",
                        "fault",
                        "rule 1",
                        "192.168.111.137"),
                Fault.of(
                        "rule 2 is missing",
                        setup(),
                        "iptables -t mangle -D PREROUTING -m mark --mark 0 -s 192.168.111.137 -j MARK --set-mark 137;"
                                + " ip6tables -t mangle -D PREROUTING -m mark --mark 0 -s fd00:111::137 -j MARK --set-mark 137",
                        "fault",
                        "rule 2"),
                save,
                save.inNft(delete.formatted("prerouting", "ct mark set meta mark")),
                Fault.of(
                        "rule 4 is missing, without the own table",
                        setup().with("mark", "own-rule = false"),
                        mangle + "-D OUTPUT -m mark ! --mark 0 -j CONNMARK --save-mark; done",
                        "fault",
                        "rule 4",
                        "mark 0x89 (137) to 10.99.0.53:53",
                        "its connection has mark 0x0 (0)"),
                Fault.of(
                                "rule 4 is missing, without the own table",
                                setup().with("mark", "own-rule = false"),
                                "",
                                "fault",
                                "rule 4")
                        .inNft(delete.formatted("output", "meta mark != 0")),
                Fault.of(
                        "marks are saved before they are set",
                        setup(),
                        mangle
                                + "-D PREROUTING -j CONNMARK --save-mark; $tables -t mangle -I PREROUTING 3 -j CONNMARK --save-mark;"
                                + " done",
                        "fault",
                        "comes before the rule that sets the mark",
                        "-A PREROUTING -j CONNMARK --save-mark"),
                Fault.of(
                        "the guard in OUTPUT is missing",
                        setup(),
                        mangle + "-F OUTPUT; $tables -t mangle -A OUTPUT -j CONNMARK --save-mark; done",
                        "fault",
                        "lacks the guard",
                        "after the answer mark 0x0 (0)"),
                Fault.of(
                                "the guard in OUTPUT is missing",
                                setup(),
                                "",
                                "fault",
                                "lacks the guard",
                                "after the answer mark 0x0 (0)")
                        .inNft("nft flush chain inet waymark output;"
                                + " nft add rule inet waymark output ct mark set meta mark"));
    }

    static Stream<Fault> faultsOfOthersRules() {
        return Stream.of(
                Fault.of(
                        "packets get another mark in OUTPUT",
                        setup(),
                        "iptables -t mangle -A OUTPUT -p udp --dport 53 -j MARK --set-mark 5",
                        "fault",
                        "leaves the host with mark 0x5 (5)",
                        "iptables -t mangle, chain OUTPUT"),
                Fault.of(
                        "a foreign bit in OUTPUT",
                        setup(),
                        "iptables -t mangle -I OUTPUT -d 10.99.0.0/24 -j MARK --or-mark 0x10000",
                        "fault",
                        "mark.mask"),
                Fault.of(
                        "Tailscale's bits",
                        setup(),
                        "iptables -t mangle -N ts-prerouting; iptables -t mangle -I PREROUTING 2 -j ts-prerouting;"
                                + " iptables -t mangle -A ts-prerouting -i lan -j MARK --set-xmark 0x40000/0xff0000",
                        "warning",
                        "Tailscale",
                        "mark.mask"),
                Fault.of(
                        "Docker's marks",
                        setup(),
                        "iptables -t mangle -N DOCKER-INGRESS; iptables -t mangle -A OUTPUT -j DOCKER-INGRESS;"
                                + " iptables -t mangle -A DOCKER-INGRESS -p udp --dport 53 -j MARK --set-xmark 0x100/0xffffffff",
                        "fault",
                        "Docker",
                        "leaves the host with mark 0x100 (256)"),
                Fault.of(
                        "clients are not tracked",
                        setup(),
                        "iptables -t raw -A PREROUTING -i lan -p udp --dport 53 -j CT --notrack",
                        "fault",
                        "are not tracked",
                        "iptables -t raw, chain PREROUTING"),
                Fault.of(
                        "connections to servers are not tracked",
                        setup(),
                        "iptables -t raw -A OUTPUT -d 10.99.0.53 -j CT --notrack",
                        "fault",
                        "has no connection in conntrack",
                        "iptables -t raw, chain OUTPUT"),
                Fault.of(
                        "clients are in a zone",
                        setup(),
                        "iptables -t raw -A PREROUTING -i lan -j CT --zone 7; iptables -t raw -A OUTPUT -o lan -j CT --zone 7;"
                                + " ip6tables -t raw -A PREROUTING -i lan -j CT --zone 7;"
                                + " ip6tables -t raw -A OUTPUT -o lan -j CT --zone 7",
                        "fault",
                        "zone 7",
                        "mark.zones"),
                Fault.of(
                        "servers are in a zone",
                        setup(),
                        "iptables -t raw -A PREROUTING -i wan -j CT --zone 9; iptables -t raw -A OUTPUT -o wan -j CT --zone 9;"
                                + " ip6tables -t raw -A PREROUTING -i wan -j CT --zone 9;"
                                + " ip6tables -t raw -A OUTPUT -o wan -j CT --zone 9",
                        "fault",
                        "zone 9",
                        "mark.upstream-zones"),
                Fault.of(
                        "the firewall drops queries to servers",
                        setup(),
                        "iptables -A OUTPUT -p udp --dport 53 -j DROP",
                        "fault",
                        "dropped by the host's own firewall",
                        "iptables -t filter, chain OUTPUT"),
                Fault.of(
                        "the firewall drops answers of servers",
                        setup(),
                        "iptables -A INPUT -i wan -p udp --sport 53 -j DROP",
                        "fault",
                        "gets an answer by wan, which the host drops",
                        "iptables -t filter, chain INPUT"),
                Fault.of(
                        "only IPv4 has no rules",
                        setup(),
                        "iptables -t mangle -F",
                        "fault",
                        "queries of 192.168.111.",
                        "have no mark"),
                Fault.of(
                        "the connection's mark is wiped after it was saved",
                        setup(),
                        "iptables -t mangle -A INPUT -i lan -j CONNMARK --set-mark 0",
                        "fault",
                        "come in with mark 0x89 (137), but their connections have mark 0x0 (0)",
                        "iptables -t mangle, chain INPUT"),
                Fault.of(
                        "marks are restored too late",
                        setup(),
                        "iptables -t mangle -D PREROUTING -j CONNMARK --restore-mark;"
                                + " iptables -t mangle -A PREROUTING -j CONNMARK --restore-mark",
                        "warning",
                        "the rule that restores the connection's mark comes too late"),
                Fault.of(
                        "queries are redirected elsewhere",
                        setup(),
                        "iptables -t nat -A PREROUTING -i lan -p udp --dport 53 -j REDIRECT --to-ports 5300",
                        "fault",
                        "do not get through to port 53",
                        "iptables -t nat, chain PREROUTING"),
                Fault.of(
                        "a firewall that drops all else has no opening",
                        setup(),
                        """
                        for tables in iptables ip6tables; do
                            $tables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
                            $tables -A INPUT -i lo -j ACCEPT
                            $tables -A INPUT -p ipv6-icmp -j ACCEPT
                            $tables -P INPUT DROP
                        done
                        """,
                        "fault",
                        "do not get through to port 53",
                        "iptables -t filter -I INPUT -i lan -p udp --dport 53 -j ACCEPT"),
                Fault.of(
                        "the firewall drops clients' queries",
                        setup(),
                        "for tables in iptables ip6tables; do $tables -A INPUT -i lan -p udp --dport 53 -j DROP; done",
                        "fault",
                        "do not get through to port 53",
                        "iptables -t filter, chain INPUT"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"faultsOfRules", "faultsOfOthersRules"})
    void faultIsFoundAndItsCureCuresIt(Fault fault) {
        LAB.rules(fault.rules().toArray(String[]::new));
        LAB.acceptMarks(true);
        try (Patient patient = Patient.with(LAB, fault.setup())) {
            LAB.shell(Host.GATEWAY, fault.breaking());
            Diagnosis found = patient.diagnosis();
            Patient.assertFound(found, fault.severity(), fault.seen());
            patient.carryOutCures(found);
            Diagnosis afterwards = patient.diagnosis();
            assertEquals(List.of(), afterwards.bad(), () -> "after the cures of " + found.bad());
        }
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53), Family.IPV6.upstream(53));
    }
}
