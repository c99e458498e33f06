package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.lab.ZoneTransfer.AXFR;
import static org.waymark.lab.ZoneTransfer.IXFR;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.Query;
import org.waymark.lab.SampleZone;
import org.waymark.lab.Setup;
import org.waymark.lab.TcpClient;
import org.waymark.lab.ZoneTransfer;

/** The zones of a real server pass as it sends them, message by message and byte for byte but for the id. */
class RealTransferIT {
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final int HUGE = 20_000;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(
            LAB,
            SERVER,
            List.of(
                    SampleZone.plain("plain.example").transferable(),
                    SampleZone.signed("nsec.example", false).transferable(),
                    SampleZone.signed("nsec3.example", true).transferable(),
                    SampleZone.huge("huge.example", HUGE),
                    SampleZone.plain("stuck.example")));

    @AutoClose
    private static final Forwarder FORWARDER =
            Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(SERVER));

    @ParameterizedTest
    @CsvSource({"plain.example, 1, 110", "nsec.example, 2, 340", "nsec3.example, 2, 340", "huge.example, 20, 20000"})
    @Duty({1, 40})
    void wholeZonesAreThoseOfTheServer(String zone, int leastMessages, int leastRecords) {
        List<byte[]> messages = compare(Query.of(zone, AXFR));
        assertTrue(messages.size() >= leastMessages, () -> messages.size() + " messages");
        int records = ZoneTransfer.countRecords(messages);
        assertTrue(records >= leastRecords, () -> records + " records");
    }

    @Test
    @Duty({1, 40})
    void changesOfAZoneAreThoseOfTheServer() {
        assertTrue(ZoneTransfer.countRecords(compare(changesSince(0))) > 100, "all is new");
        assertEquals(1, ZoneTransfer.countRecords(compare(changesSince(1))), "nothing is new");
    }

    @Test
    @Duty(40)
    void refusalOfTheServerPasses() {
        List<byte[]> messages = compare(Query.of("elsewhere.example", AXFR).edns(1232, 0));
        assertTrue(Message.rcode(messages.get(0)) != Message.NOERROR);
    }

    /** NSD can't send the largest records in a transfer; when it comes to them it sends a message without any, and no more. */
    @Test
    @Duty(40)
    void serverThatGivesUpInTheMiddleIsHeard() {
        List<byte[]> messages = compare(Query.of("stuck.example", AXFR));
        assertTrue(messages.size() > 1);
        assertEquals(0, Message.count(messages.get(messages.size() - 1), 1));
    }

    @Test
    @Duty({10, 40})
    void signedTransferIsVerifiedByTheClient() {
        String straight = dig("@10.99.0.53", "-y", Nsd.KEY, "huge.example", "AXFR");
        String forwarded = dig("@192.168.111.1", "-y", Nsd.KEY, "huge.example", "AXFR");
        assertTrue(records(forwarded).size() > HUGE, forwarded);
        assertEquals(records(straight), records(forwarded));
        assertTrue(forwarded.contains("TSIG") && !forwarded.contains("verify"), "each message is signed and verified");
    }

    private static Query changesSince(int serial) {
        return Query.of("plain.example", IXFR).raw(2, SampleZone.soa("plain.example", serial));
    }

    /** Returns what both have sent. */
    private static List<byte[]> compare(Query query) {
        byte[] asked = query.bytes(4711);
        byte[] next = Query.of("plain.example", Query.TXT).bytes(12);
        try (TcpClient straight = TcpClient.connect(LAB, Family.IPV4.client(150), SERVER);
                TcpClient forwarded = TcpClient.connect(LAB, Family.IPV4.client(137), Family.IPV4.gateway())) {
            List<byte[]> expected = ZoneTransfer.ask(straight, asked);
            assertEquals(
                    ZoneTransfer.digests(expected),
                    ZoneTransfer.digests(ZoneTransfer.ask(forwarded, asked)),
                    FORWARDER::log);
            assertArrayEquals(straight.ask(next), forwarded.ask(next), "the connection goes on");
            return expected;
        }
    }

    private static List<String> records(String output) {
        return output.lines()
                .filter(line -> !line.startsWith(";") && line.contains("\tIN\t"))
                .toList();
    }

    private static String dig(String... arguments) {
        return LAB.exec(
                        Host.CLIENT,
                        Stream.concat(Stream.of("dig", "+tries=1", "+time=5"), Stream.of(arguments))
                                .toArray(String[]::new))
                .output();
    }
}
