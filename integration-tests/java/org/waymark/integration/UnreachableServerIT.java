package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Where one mark does not reach a server, the log names the mark and the cause, and says where to look. */
class UnreachableServerIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', textBlock = """
            ip rule add fwmark 137 unreachable              | ip rule delete fwmark 137              | Network is unreachable; with mark 0x0 (0) it has answered within the last minute; see: ip route get 10.99.0.53 mark 0x89
            ip rule add fwmark 137 prohibit                 | ip rule delete fwmark 137              | Permission denied; with mark 0x0 (0) it has answered within the last minute; see: ip route get 10.99.0.53 mark 0x89
            iptables -A OUTPUT -m mark --mark 137 -j DROP   | iptables -F OUTPUT                     | the host's own firewall forbids it; with mark 0x0 (0) it has answered within the last minute; see its rules for OUTPUT, and the routes of the mark if a policy requires one (require-route)
            """)
    void markAndCauseAreLogged(String obstacle, String remedy, String line) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("20s", 1);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(Message.NOERROR, ask(150), forwarder::log);
            LAB.shell(Host.GATEWAY, obstacle);
            try {
                assertEquals(Message.SERVFAIL, ask(137), forwarder::log);
                Waiting.until(Waiting.PATIENCE, "the log says so", () -> forwarder
                        .log()
                        .contains("WARN server 10.99.0.53:53 can't be reached with mark 0x89 (137): " + line + "\n"));
            } finally {
                LAB.shell(Host.GATEWAY, remedy);
            }
        }
    }

    /** The same server may be another host by the way of another mark. */
    @Test
    void serverThatNobodyListensOnIsSaidToRefuse() {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(55)).tries("20s", 1);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(Message.SERVFAIL, ask(137), forwarder::log);
            for (String line : List.of(
                    "WARN server 10.99.0.55:53 refuses with mark 0x89 (137): nobody listens there\n",
                    "10.99.0.55:53 does not answer with mark 0x89 (137); it is asked again")) {
                Waiting.until(Waiting.PATIENCE, line, () -> forwarder.log().contains(line));
            }
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            INPUT -p tcp --syn -j REJECT --reject-with tcp-reset                           | refuses with mark 0x89 (137): nobody listens there; with mark 0x0 (0) it has answered within the last minute
            INPUT -p tcp --syn -j REJECT --reject-with icmp-host-unreachable               | can't be reached with mark 0x89 (137): No route to host; with mark 0x0 (0) it has answered within the last minute; see: ip route get 10.99.0.53 mark 0x89
            """)
    void connectionThatDoesNotComeAboutIsToldOf(String rule, String line) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("20s", 1);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals(Message.NOERROR, ask(150), forwarder::log);
            LAB.shell(Host.UPSTREAM, "iptables -A " + rule);
            try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), Family.IPV4.gateway())) {
                byte[] answer = tcp.ask(Query.of("www.example", Query.A).bytes(1));
                assertEquals(Message.SERVFAIL, Message.rcode(answer), forwarder::log);
                Waiting.until(Waiting.PATIENCE, "the log says so", () -> forwarder
                        .log()
                        .contains("WARN server 10.99.0.53:53 " + line + "\n"));
            } finally {
                LAB.shell(Host.UPSTREAM, "iptables -D " + rule);
            }
        }
    }

    private static int ask(int client) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            byte[] query = Query.of("www.example", Query.A).bytes(1);
            return Message.rcode(udp.ask(query, Family.IPV4.gateway()).bytes());
        }
    }
}
