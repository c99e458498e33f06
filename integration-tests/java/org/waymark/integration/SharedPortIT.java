package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;

/** Waymark's own table does not touch packets to other programs on port 53 of other addresses. */
class SharedPortIT {
    private static final int QUERIES = 2150;
    private static final Crowd.Result ALL_RIGHT = new Crowd.Result(QUERIES, 0, List.of());

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /** What goes to the second is not tracked: its packets are marked, and there is no connection that could be. */
    @ParameterizedTest
    @EnumSource
    void twoWaymarksDoNotDisturbEachOther(Family family) {
        MarkedClients clients = MarkedClients.with(32);
        LAB.rules();
        clients.settleIn(LAB);
        doNotTrack(family.secondGateway().getAddress());
        try (Forwarder tracked = start(family.gateway(), family, MarkSource.CONNTRACK);
                Forwarder untracked = start(family.secondGateway(), family, MarkSource.PACKET);
                TruthMeter meter = TruthMeter.on(LAB)) {
            CompletableFuture<Crowd.Result> meanwhile =
                    CompletableFuture.supplyAsync(() -> ask("t", clients, family, family.gateway()));
            Crowd.Result ofUntracked = ask("u", clients, family, family.secondGateway());
            assertEquals(ALL_RIGHT, meanwhile.join(), tracked::log);
            assertEquals(ALL_RIGHT, ofUntracked, untracked::log);
            ExactMarksTable.addExact(
                    "Two Waymarks on port 53 of different addresses, " + family, 2 * QUERIES, meter.measurement());
        }
    }

    private static Forwarder start(InetSocketAddress address, Family family, MarkSource source) {
        Setup setup = Setup.listeningOn(address).servers(family.upstream(53)).marksFrom(source);
        return Forwarders.WAYMARK.start(LAB, setup);
    }

    private static Crowd.Result ask(String prefix, MarkedClients clients, Family family, InetSocketAddress gateway) {
        IntFunction<String> names = clients.ownNames();
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(family), gateway)) {
            return crowd.ask(QUERIES, 50, question -> prefix + names.apply(question));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void doNotTrack(InetAddress gateway) {
        String iptables = gateway.getAddress().length == 4 ? "iptables" : "ip6tables";
        LAB.shell(Host.GATEWAY, """
                %1$s -t raw -A PREROUTING -d %2$s -j CT --notrack
                %1$s -t raw -A OUTPUT -s %2$s -j CT --notrack
                """.formatted(iptables, gateway.getHostAddress()));
    }
}
