package org.waymark.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.waymark.local.Asking.ask;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostsTest {
    @Test
    void giveAddressesToNamesAndNamesToAddresses() {
        LocalNames names = names("""
                # the house
                192.168.1.5   nas.lan nas   # in the cellar
                192.168.1.6\ttv.lan
                2001:db8::5   nas.lan
                """);

        assertEquals("NOERROR nas.lan A 192.168.1.5", ask(names, "NAS.lan", "A"));
        assertEquals("NOERROR nas A 192.168.1.5", ask(names, "nas", "A"));
        assertEquals("NOERROR nas.lan AAAA 2001:db8:0:0:0:0:0:5", ask(names, "nas.lan", "AAAA"));
        assertEquals("NOERROR; nas 60", ask(names, "nas", "AAAA"));
        assertEquals("NOERROR 5.1.168.192.in-addr.arpa PTR nas.lan.", ask(names, "5.1.168.192.in-addr.arpa", "PTR"));
        assertNull(ask(names, "sub.nas.lan", "A"));
    }

    @Test
    void nameAnAddressByTheFirstOfItsLines() {
        LocalNames names = names("192.0.2.1 a b\n192.0.2.1 c\n192.0.2.2 a\n192.0.2.2 a\n");

        assertEquals("NOERROR 1.2.0.192.in-addr.arpa PTR a.", ask(names, "1.2.0.192.in-addr.arpa", "PTR"));
        assertEquals("NOERROR c A 192.0.2.1", ask(names, "c", "A"));
        assertEquals("NOERROR a A 192.0.2.1 a A 192.0.2.2", ask(names, "a", "A"));
    }

    @Test
    void leaveOutWhatIsNoGood() {
        String text =
                "192.0.2.1\nhost 192.0.2.1\n192.0.2.2 good\nfe80::1%lo0 scoped\n192.0.2.3 *.a ok\n192.0.2.4 b..c\n"
                        + "192.0.2 short\r\n192.0.2.5 last";

        assertEquals(List.of(1, 2, 4, 5, 6, 7), Hosts.parse(text).badLines());
        LocalNames names = names(text);
        assertEquals("NOERROR good A 192.0.2.2", ask(names, "good", "A"));
        assertEquals("NOERROR last A 192.0.2.5", ask(names, "last", "A"));
        assertNull(ask(names, "ok", "A"));
    }

    @Test
    void mayBeEmpty() {
        assertEquals(List.of(), Hosts.parse("").badLines());
        assertEquals(List.of(), Hosts.parse("# nothing\n\n").badLines());
    }

    private static LocalNames names(String text) {
        LocalRecords records = new LocalRecords();
        records.add(Hosts.parse(text));
        return LocalNames.of(records);
    }
}
