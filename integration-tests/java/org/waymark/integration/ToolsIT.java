package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Unbound;

/** The usual tools and the system's own resolver work through Waymark, with a usual server upstream. */
class ToolsIT {
    private static final String LONG_TEXT = "long ".repeat(45);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Unbound UNBOUND = Unbound.start(
            LAB,
            Family.IPV4.upstream(53),
            "www.example. 300 IN A 192.0.2.80",
            "www.example. 300 IN AAAA 2001:db8::80",
            "www.example. 300 IN TXT \"" + LONG_TEXT + "\"",
            "mail.example. 300 IN MX 10 www.example.");

    @AutoClose
    private static final Forwarder FORWARDER =
            Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));

    @ParameterizedTest
    @ValueSource(
            strings = {"", "+tcp", "+dnssec", "+nsid", "+cookie", "+subnet=192.0.2.0/24", "+noedns", "+norecurse", "+cd"
            })
    void digGetsItsAnswer(String option) {
        List<String> command = new ArrayList<>(List.of("dig", "+tries=1", "+time=3", "+short"));
        if (!option.isEmpty()) {
            command.add(option);
        }
        assertEquals("192.0.2.80\n", run(command, "-b", "192.168.111.137", "@192.168.111.1", "www.example", "A"));
        assertEquals("2001:db8::80\n", run(command, "-b", "fd00:111::137", "@fd00:111::1", "www.example", "AAAA"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+notcp", "+tcp", "+dnssec", "+keepopen"})
    void kdigGetsItsAnswer(String option) {
        List<String> command = List.of("kdig", "+retry=0", "+time=3", "+short", option);
        assertEquals("192.0.2.80\n", run(command, "-b", "192.168.111.137", "@192.168.111.1", "www.example", "A"));
        assertEquals("10 www.example.\n", run(command, "-b", "fd00:111::150", "@fd00:111::1", "mail.example", "MX"));
    }

    @Test
    void digSaysThatANameDoesNotExist() {
        String output = run(List.of("dig", "+tries=1", "+time=3"), "@192.168.111.2", "nothing.example", "A");
        assertTrue(output.contains("status: NXDOMAIN"), output);
    }

    @Test
    void systemsResolverFindsBothAddresses() {
        Assumptions.assumeTrue(LAB.execWithResolver("true").status() == 0, "no resolv.conf of its own in this chroot");
        String output = LAB.execWithResolver("getent", "ahosts", "www.example").orFail();
        assertTrue(output.contains("192.0.2.80"), output);
        assertTrue(output.contains("2001:db8::80"), output);
    }

    @ParameterizedTest
    @EnumSource
    void answersAreThoseOfTheServerByteForByte(Family family) {
        InetSocketAddress server = Family.IPV4.upstream(53);
        for (int type : List.of(Query.A, Query.AAAA, Query.TXT)) {
            byte[] query = Query.of("wWw.eXample", type).edns(1232, 0x8000).bytes(4242);
            try (UdpClient direct = UdpClient.from(LAB, Family.IPV4.client(150));
                    UdpClient forwarded = UdpClient.from(LAB, family.client(137));
                    TcpClient directly = TcpClient.connect(LAB, Family.IPV4.client(150), server);
                    TcpClient forward = TcpClient.connect(LAB, family.client(137), family.gateway())) {
                byte[] udp = direct.ask(query, server).bytes();
                assertEquals(Message.NOERROR, Message.rcode(udp));
                assertArrayEquals(udp, forwarded.ask(query, family.gateway()).bytes(), FORWARDER::log);
                assertArrayEquals(directly.ask(query), forward.ask(query), FORWARDER::log);
            }
        }
    }

    private static String run(List<String> command, String... arguments) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        return LAB.exec(Host.CLIENT, words.toArray(String[]::new)).orFail();
    }
}
