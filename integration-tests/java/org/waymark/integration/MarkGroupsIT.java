package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Measurement;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/** Marks put together of bits: 8 for a source, 4 for a destination, 2 for the service; policies tell them apart by their bits. */
class MarkGroupsIT {
    private static final int OF_SOURCE = 101;
    private static final int BLOCKED = 103;
    private static final int OTHER = 150;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @AutoClose
    private static final StubServer VPN = StubServer.on(LAB, Family.IPV4.upstream(54));

    @BeforeEach
    void markByBits() {
        LAB.rules();
        STUB.reset();
        VPN.reset();
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    case $t in iptables) net=192.168.111.;; *) net=fd00:111::;; esac
                    $t -t mangle -F PREROUTING
                    $t -t mangle -A PREROUTING -j CONNMARK --restore-mark
                    $t -t mangle -A PREROUTING -i lan -s ${net}101 -j MARK --or-mark 8
                    $t -t mangle -A PREROUTING -i lan -d ${net}1 -j MARK --or-mark 4
                    $t -t mangle -A PREROUTING -i lan -p udp --dport 53 -j MARK --or-mark 2
                    $t -t mangle -A PREROUTING -i lan -p tcp --dport 53 -j MARK --or-mark 2
                    $t -t mangle -A PREROUTING -i lan -s ${net}103 -j MARK --or-mark 16
                    $t -t mangle -A PREROUTING -j CONNMARK --save-mark
                done
                """);
    }

    @Test
    void combinedMarkArrivesUpstream() {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (Family family : Family.values()) {
                questioner.ask(family.client(OF_SOURCE), family.gateway(), 0xE);
                questioner.ask(family.client(OF_SOURCE), family.secondGateway(), 0xA);
                questioner.ask(family.client(OTHER), family.gateway(), 0x6);
                questioner.ask(family.client(OTHER), family.secondGateway(), 0x2);
                questioner.ask(family.client(BLOCKED), family.secondGateway(), 0x12);
            }
            addRow("combined of bits", questioner, meter.measurement(), forwarder);
        }
    }

    @Test
    void policiesTellGroupsApartByTheirBits() {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).append("""
                [[upstream]]
                name = "vpn"
                servers = ["10.99.0.54"]
                [[policy]]
                mark = "0x10/0x10"
                action = "refuse"
                [[policy]]
                mark = "0x8/0x8"
                upstream = "vpn"
                [[policy]]
                mark = "0x6/0x6"
                set-mark = "0x4d/0xff"
                """);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            Questioner vpn = new Questioner(LAB, Host.CLIENT);
            Questioner others = new Questioner(LAB, Host.CLIENT);
            for (Family family : Family.values()) {
                vpn.ask(family.client(OF_SOURCE), family.gateway(), 0xE);
                vpn.ask(family.client(OF_SOURCE), family.secondGateway(), 0xA);
                others.ask(family.client(OTHER), family.gateway(), 0x4d);
                others.ask(family.client(OTHER), family.secondGateway(), 0x2);
                assertRefused(family);
            }
            assertEquals(vpn.queries(), VPN.seen().size(), forwarder::log);
            assertEquals(others.queries(), STUB.seen().size(), forwarder::log);
            assertTrue(VPN.seen().stream().allMatch(query -> query.name().matches(".*\\.m1[40]\\..*")));
            Measurement measured = meter.measurement();
            assertEquals(vpn.queries() + others.queries(), measured.queries());
            assertEquals(List.of(), measured.stories());
            measured.assertExact(0);
        }
    }

    private static void assertRefused(Family family) {
        byte[] query = Query.of("refused.m99.example", Query.TXT).bytes(1);
        InetSocketAddress gateway = family.gateway();
        try (UdpClient udp = UdpClient.from(LAB, family.client(BLOCKED));
                TcpClient tcp = TcpClient.connect(LAB, family.client(BLOCKED), gateway)) {
            assertEquals(Message.REFUSED, Message.rcode(udp.ask(query, gateway).bytes()));
            assertEquals(Message.REFUSED, Message.rcode(tcp.ask(query)));
        }
    }

    private static void addRow(String scenario, Questioner questioner, Measurement measured, Forwarder forwarder) {
        assertEquals(List.of(), measured.stories(), forwarder::log);
        ExactMarksTable.addExact("Marks: " + scenario, questioner.queries(), measured);
    }
}
