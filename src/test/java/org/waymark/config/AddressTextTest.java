package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.53, 192.0.2.53, 53",
        "192.0.2.53:5353, 192.0.2.53, 5353",
        "0.0.0.0:1, 0.0.0.0, 1",
        "2001:db8::53, 2001:db8::53, 53",
        "[2001:db8::53], 2001:db8::53, 53",
        "[2001:DB8::53]:65535, 2001:db8::53, 65535",
        "[::]:53, ::, 53",
        "::1, ::1, 53",
        "[fe80::1%7]:53, fe80::1%7, 53",
    })
    void readsAnAddressWithAPortOrWithout(String text, String address, int port) {
        assertEquals(Text.address(address, port), AddressText.parse(text, 53));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dns.example",
                "dns.example:53",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "0x7f.0.0.1",
                "10",
                "1.2.3.4 ",
                "[192.0.2.1]:53",
                "[::1",
                "::1]:53",
                "[]:53",
                ":53",
                ":",
                ":::",
                "1:2:3:4:5:6:7:8:9",
                "a:b",
                "2001:db8::g",
                "[::1]x",
                "cafe.babe",
                "ａ::1",
                "%",
                "[%1]:53"
            })
    void resolvesNoNames(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> AddressText.parse(text, 53));
        assertEquals("\"" + text + "\" is not an IP address (host names are not resolved)", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:", "192.0.2.53:domain", "[::1]:-1"})
    void refusesWhatIsNoPort(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> AddressText.parse(text, 53));
        assertEquals("\"" + text + "\" has no good port: it must be from 1 to 65535", refusal.getMessage());
    }

    @Test
    void demandsTheInterfaceOfALinkLocalAddress() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> AddressText.parse("[fe80::1]:53", 53));
        assertEquals("\"[fe80::1]:53\" is link-local: name its interface, as in fe80::1%eth0", refusal.getMessage());
    }

    @Test
    void tellsScopedAddressesApart() throws ConfigurationException {
        // Numeric scopes do not need an interface of that name on the host that runs the test.
        Configuration configuration =
                Text.read("[listen]\naddresses = [\"[fe80::1%1]:53\", \"[fe80::1%2]:53\"]\n" + Text.LEAST);

        assertEquals(
                List.of("/[fe80:0:0:0:0:0:0:1%1]:53", "/[fe80:0:0:0:0:0:0:1%2]:53"),
                configuration.listen().addresses().stream()
                        .map(Object::toString)
                        .toList());
    }
}
