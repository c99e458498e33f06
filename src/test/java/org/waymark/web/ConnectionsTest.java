package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private final Connections connections = new Connections(4, 2, 1000);
    private final List<From> all = new ArrayList<>();

    /** A connection that came from an address. */
    private static final class From extends EmbeddedChannel {
        private final String address;

        From(String address) {
            this.address = address;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(address, 1234);
        }
    }

    private void open(String... addresses) {
        for (String address : addresses) {
            From connection = new From(address);
            all.add(connection);
            connections.opened(connection);
        }
    }

    private List<String> stillOpen() {
        return all.stream().filter(From::isOpen).map(each -> each.address).toList();
    }

    @Test
    void oneClientTakesNoPlaceFromOthers() {
        open("192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2", "192.0.2.2");

        assertEquals(List.of("192.0.2.1", "192.0.2.2", "192.0.2.2"), stillOpen());
    }

    @Test
    void hostsOfOneNetworkAreOneClientOverIpv6Only() {
        open("2001:db8::1", "2001:db8::2", "2001:db8:0:0:1::", "2001:db8:0:1::1");
        open("::ffff:192.0.2.1", "192.0.2.1");

        assertEquals(List.of("2001:db8:0:0:1::", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1"), stillOpen());
    }

    @Test
    void clientsOnThisHostKeepTheirPlace() {
        open("127.0.0.1", "::1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4");

        assertEquals(List.of("127.0.0.1", "::1", "192.0.2.3", "192.0.2.4"), stillOpen());
    }

    @Test
    void whoHasDoneSomethingStaysLongerThanWhoHasNot() {
        open("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4");
        connections.sending(all.get(0), 10);
        connections.sent(all.get(0));
        open("192.0.2.5");

        assertEquals(List.of("192.0.2.1", "192.0.2.3", "192.0.2.4", "192.0.2.5"), stillOpen());
    }
}
