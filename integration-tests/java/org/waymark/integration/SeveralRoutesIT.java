package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.ExchangedMarks;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** Where two routes of equal cost lead to a server, the source port decides which one is taken, and with it the source address. */
class SeveralRoutesIT {
    private static final InetSocketAddress SERVER = new InetSocketAddress(Family.address("10.97.0.53"), 53);

    @AutoClose
    private static final Lab LAB = withTwoRoutes(Lab.up());

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, SERVER);

    @BeforeEach
    void rules() {
        LAB.rules();
        STUB.reset();
    }

    /** With marks looked up it is the fourth rule of the recipe that keeps them with the connections. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, false", "CONNTRACK, true", "LOOK_UP, true"})
    void restartMixesNoMarks(MarkSource source, boolean killed) {
        Supplier<Setup> setup = () -> Setup.wildcard().servers(SERVER).marksFrom(source);
        String scenario = "Restart, 400 ports: two routes to the server" + (killed ? ", killed" : "") + source.title();
        ExchangedMarks.assertExact(scenario, LAB, STUB, setup, killed, "wan", "wan2");
        Set<InetAddress> sources =
                STUB.seen().stream().map(query -> query.from().getAddress()).collect(Collectors.toSet());
        assertEquals(Set.of(Family.address("10.98.0.1"), Family.address("10.99.0.1")), sources);
    }

    /** A packet may leave by one link with the address of the other, so that nobody may insist on the reverse path. */
    private static Lab withTwoRoutes(Lab lab) {
        String loose = "for link in all wan wan2; do echo 0 > /proc/sys/net/ipv4/conf/$link/rp_filter; done\n";
        lab.addSecondLink();
        lab.shell(Host.UPSTREAM, loose + "ip address add 10.97.0.53/32 dev lo");
        lab.shell(Host.GATEWAY, loose + """
                echo 1 > /proc/sys/net/ipv4/fib_multipath_hash_policy
                ip route add 10.97.0.53 nexthop via 10.99.0.53 dev wan nexthop via 10.98.0.53 dev wan2
                """);
        return lab;
    }
}
