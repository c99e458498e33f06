package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSourceTest {
    @Test
    void readsTheServersOfAResolvConf() {
        assertEquals(List.of("192.0.2.53:53", "[2001:db8:0:0:0:0:0:53]:53", "127.0.0.53:53"), servers("""
                        # made by a modem
                        domain example
                        nameserver 192.0.2.53
                         nameserver\t2001:db8::53   # the other one
                        nameserver 192.0.2.53
                        ;nameserver 192.0.2.54
                        nameserver
                        nameserver localhost
                        nameserver 0.0.0.0
                        nameserver fe80::1%nowhere
                        nameserver 127.0.0.53
                        options timeout:1 attempts:9
                        """));
        assertEquals(List.of(), servers(""));
    }

    @Test
    void demandsAnAbsolutePath() {
        List<String> faults = Text.faults("[[upstream]]\nservers = [\"resolv.conf:run/resolv.conf\"]\n");

        assertEquals(1, faults.size());
        assertTrue(faults.get(0).contains("\"run/resolv.conf\" is not an absolute path"), faults::toString);
    }

    @Test
    void warnsOfAServerThatIsWaymarkItself() throws ConfigurationException {
        String own = " is Waymark itself, by listen.addresses: it would ask itself";
        assertEquals(List.of("127.0.0.1:53" + own), warnings("", "127.0.0.1", "9.9.9.9"));
        assertEquals(List.of("[0:0:0:0:0:0:0:1]:53" + own), warnings("", "::1"));
        String listen = "[listen]\naddresses = [\"192.0.2.1:5353\"]\n";
        assertEquals(List.of("192.0.2.1:5353" + own), warnings(listen, "192.0.2.1:5353", "9.9.9.9"));
    }

    /** Marks end at a program of this host, and an address from an example is probably a mistake. */
    @Test
    void warnsOfServersThatDoNotDo() throws ConfigurationException {
        String marksEnd = " is a program of this host, where marks end: what it sends does not have them";
        String nobody = " is an address for examples (RFC 5737, RFC 3849): nobody answers there";
        assertEquals(
                List.of(
                        "127.0.0.53:5353" + marksEnd,
                        "[0:0:0:0:0:0:0:1]:5353" + marksEnd,
                        "192.0.2.1:53" + nobody,
                        "198.51.100.255:53" + nobody,
                        "tcp://203.0.113.0:53" + nobody,
                        "[2001:db8:ffff:0:0:0:0:1]:53" + nobody),
                warnings(
                        "",
                        "127.0.0.53:5353",
                        "[::1]:5353",
                        "192.0.2.1",
                        "198.51.100.255",
                        "tcp://203.0.113.0",
                        "2001:db8:ffff::1",
                        "198.51.101.0",
                        "2001:db9::"));
    }

    @Test
    void aWildcardTakesOwnAddressesOfItsVersion() throws ConfigurationException {
        Listen listen =
                Text.read("[listen]\naddresses = [\"0.0.0.0\"]\n" + Text.LEAST).listen();

        assertTrue(listen.takes(Text.address("192.0.2.1", 53), own -> true));
        assertFalse(listen.takes(Text.address("192.0.2.1", 53), InetAddress::isLoopbackAddress));
        assertFalse(listen.takes(Text.address("192.0.2.1", 54), own -> true));
        assertFalse(listen.takes(Text.address("::1", 53), own -> true));
    }

    @Test
    void keepsALinkLocalServerOfEachInterfaceOnce() {
        assertEquals(List.of("[fe80:0:0:0:0:0:0:1%1]:53", "[fe80:0:0:0:0:0:0:1%2]:53"), servers("""
                        nameserver fe80::1%1
                        nameserver fe80::1%2
                        nameserver fe80:0::1%1
                        """));
    }

    @Test
    void takesALinkLocalServerOfAnotherInterfaceForAnother() {
        assertNotEquals(ServerAddress.parse("fe80::1%1"), ServerAddress.parse("fe80::1%2"));
        assertNotEquals(ServerAddress.parse("fe80::1%1"), ServerAddress.parse("tcp://fe80::1%1"));
        assertEquals(ServerAddress.parse("fe80::1%1"), ServerAddress.parse("udp://[fe80:0::1%1]:53"));
        assertEquals(
                ServerAddress.parse("fe80::1%1").hashCode(),
                ServerAddress.parse("udp://[fe80:0::1%1]:53").hashCode());
        assertEquals(ServerAddress.parse("2001:db8::1"), ServerAddress.parse("2001:db8::1%1"));
    }

    @Test
    void aLinkLocalListenerTakesWhatIsSentToItsInterface() throws ConfigurationException {
        Listen listen = Text.read("[listen]\naddresses = [\"fe80::1%1\"]\n" + Text.LEAST)
                .listen();

        assertTrue(listen.takes(Text.address("fe80::1%1", 53), own -> false));
        assertFalse(listen.takes(Text.address("fe80::1%2", 53), own -> true));
        assertFalse(listen.takes(Text.address("fe80::1%1", 54), own -> true));
    }

    private static List<String> servers(String resolvConf) {
        return ResolvConf.serversIn(resolvConf).stream()
                .map(ServerAddress::toString)
                .toList();
    }

    private static List<String> warnings(String listen, String... servers) throws ConfigurationException {
        String list = String.join("\", \"", servers);
        return Text.read(listen + "[[upstream]]\nservers = [\"" + list + "\"]\n").warnings().stream()
                .map(Fault::problem)
                .toList();
    }
}
