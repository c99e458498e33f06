package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
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
import org.waymark.lab.Waiting;

/** Waymark says who has a port that it should listen on, and waits for an address that is not there yet. */
class ListeningIT {
    private static final InetSocketAddress LATE = new InetSocketAddress("192.168.111.9", 53);

    @AutoClose
    private static final Lab LAB = Lab.up();

    private static final Trials TRIALS = new Trials(LAB);

    @Test
    void portTaken() {
        try (Forwarder first = Forwarders.DNSMASQ.start(LAB, setup())) {
            assertFalse(first.log().isEmpty());
            String line = Trials.complaint(TRIALS.run(setup().toml()));
            assertTrue(line.contains(":53"), line);
            String holder = "dnsmasq (process " + first.pid() + ") has 0.0.0.0:53: stop it";
            assertTrue(line.contains(holder), line);
            Lab.Outcome checked = TRIALS.checked(setup().toml());
            assertTrue(checked.errors().contains(holder), checked.errors());
            assertEquals(1, checked.status());
        }
    }

    /** As the service sees it, which no process but its own is shown to. */
    @Test
    void portTakenByTheStubOfSystemdResolved() {
        Setup stub = Setup.listeningOn(new InetSocketAddress("127.0.0.53", 53)).servers(Family.IPV4.upstream(53));
        try (Forwarder resolved = Forwarders.WAYMARK.start(LAB, stub)) {
            String line = Trials.complaint(TRIALS.run(setup().toml()));
            assertTrue(line.contains("the stub of systemd-resolved has 127.0.0.53:53: set DNSStubListener=no"), line);
            assertFalse(resolved.log().isEmpty());
        }
    }

    /** One who has edited the file of the service that runs. */
    @Test
    void portThatWaymarkHasIsNoFinding() {
        try (Forwarder running = Forwarders.WAYMARK.start(LAB, setup())) {
            Lab.Outcome outcome = TRIALS.checked(setup().toml());
            assertEquals("", outcome.errors(), running::log);
        }
    }

    @Test
    void addressThatComesLateIsAnsweredOnAsSoonAsItIsThere() {
        Setup present = Setup.listeningOn(Family.IPV4.gateway());
        Setup all = Setup.listeningOn(Family.IPV4.gateway(), LATE).servers(Family.IPV4.upstream(53));
        Path file = Forwarders.write(all.toml());
        List<String> command = List.of(Forwarders.LAUNCHER, "run", "--config", file.toString());
        try (Forwarder forwarder = Forwarder.start(LAB, present, command, file)) {
            Waiting.until(Waiting.PATIENCE, "the log says so", () -> forwarder
                    .log()
                    .contains("no interface of this host has the address 192.168.111.9 "));
            LAB.shell(Host.GATEWAY, "ip address add 192.168.111.9/32 dev lan");
            byte[] query = Query.of("localhost", Query.A).bytes(1);
            try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(137));
                    TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), LATE)) {
                assertEquals(Message.NOERROR, Message.rcode(udp.ask(query, LATE).bytes()), forwarder::log);
                assertEquals(Message.NOERROR, Message.rcode(tcp.ask(query)), forwarder::log);
            }
        }
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }
}
