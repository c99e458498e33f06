package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceRecordTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    A         | 192.0.2.1                            | A 192.0.2.1
                    AAAA      | 2001:db8::1                          | AAAA 2001:db8:0:0:0:0:0:1
                    CNAME     | www.example                          | CNAME www.example.
                    ptr       | WWW.example.                         | PTR www.example.
                    TXT       | "one two" three                      | TXT "one two" three
                    MX        | 10 mail.example                      | MX 10 mail.example.
                    SRV       | 0 5 5060 sip.example                 | SRV 0 5 5060 sip.example.
                    HTTPS     | 1 . alpn=h2 ipv4hint=192.0.2.1       | HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1
                    CAA       | 0 issue "ca.example"                 | CAA 0 issue "ca.example"
                    TYPE65280 | \\# 3 010203                         | TYPE65280 \\# 3 010203
                    """, quoteCharacter = '`')
    void readsValuesAsZoneFilesHaveThem(String type, String value, String text) {
        ResourceRecord record = parse(type, value);

        assertEquals(text, record.toString());
        assertEquals(60, record.ttl());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    A    | 192.0.2
                    A    | 2001:db8::1
                    A    | 192.0.2.1 192.0.2.2
                    AAAA | 192.0.2.1
                    MX   | mail.example
                    SRV  | 0 5 99999 sip.example
                    HTTPS | 1
                    PTR  | a..b
                    TXT  | "open
                    """, quoteCharacter = '`')
    void refusesWhatIsNoValueOfItsType(String type, String value) {
        var e = assertThrows(IllegalArgumentException.class, () -> parse(type, value));

        assertTrue(e.getMessage().startsWith("\"" + value + "\" is not a value of type " + type + ": "), e::getMessage);
    }

    @Test
    void refusesSeveralLines() {
        assertThrows(IllegalArgumentException.class, () -> parse("A", "192.0.2.1\n192.0.2.2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "ANY", "OPT", "TSIG", "AXFR", "TYPE0", "TYPE65536"})
    void refusesWhatIsNoType(String text) {
        assertThrows(IllegalArgumentException.class, () -> ResourceRecord.parseType(text));
    }

    @Test
    void isMadeOfAddressesAndNames() throws UnknownHostException {
        assertEquals(parse("A", "192.0.2.1"), ResourceRecord.address(InetAddress.getByName("192.0.2.1"), 60));
        assertEquals(parse("AAAA", "2001:db8::1"), ResourceRecord.address(InetAddress.getByName("2001:db8::1"), 60));
        DomainName target = DomainName.parse("www.example");
        assertEquals(parse("PTR", "www.example"), ResourceRecord.name(ResourceRecord.PTR, target, 60));
        assertEquals(target, parse("CNAME", "www.EXAMPLE").target());
    }

    @Test
    void startsAZoneAsTheRfcHasIt() {
        assertEquals(
                "SOA 10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 10800",
                ResourceRecord.startOfAuthority(DomainName.parse("10.in-addr.arpa"), 10_800)
                        .toString());
    }

    private static ResourceRecord parse(String type, String value) {
        return ResourceRecord.parse(ResourceRecord.parseType(type), value, MINUTE);
    }
}
