package org.waymark.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.local.Asking.add;
import static org.waymark.local.Asking.ask;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.Header;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;

class LocalNamesTest {
    private final LocalRecords records = new LocalRecords();

    @Test
    void answersWithAllRecordsOfTheNameAndType() {
        add(records, "portal.example", "A", "192.0.2.1");
        add(records, "portal.example", "A", "192.0.2.2");
        add(records, "portal.example", "TXT", "hello");

        LocalNames names = LocalNames.of(records);

        assertEquals(
                "NOERROR portal.example A 192.0.2.1 portal.example A 192.0.2.2", ask(names, "Portal.EXAMPLE", "A"));
        assertEquals("NOERROR portal.example TXT hello", ask(names, "portal.example", "TXT"));
    }

    @Test
    void saysThatAKnownNameHasNothingOfAnotherType() {
        add(records, "portal.example", "A", "192.0.2.1");

        assertEquals("NOERROR; portal.example 300", ask(LocalNames.of(records), "portal.example", "AAAA"));
    }

    @Test
    void leavesNamesAboveAndBelowAlone() {
        add(records, "portal.example", "A", "192.0.2.1");
        LocalNames names = LocalNames.of(records);

        assertNull(ask(names, "www.portal.example", "A"));
        assertNull(ask(names, "example", "A"));
        assertNull(ask(names, ".", "A"));
    }

    @Test
    void answersNamesBelowAWildcardThatHaveNoRecordsOfTheirOwn() {
        add(records, "*.portal.example", "A", "192.0.2.1");
        add(records, "*.inner.portal.example", "A", "192.0.2.2");
        add(records, "own.portal.example", "TXT", "own");
        LocalNames names = LocalNames.of(records);

        assertEquals("NOERROR a.portal.example A 192.0.2.1", ask(names, "a.portal.example", "A"));
        assertEquals("NOERROR a.b.portal.example A 192.0.2.1", ask(names, "a.b.portal.example", "A"));
        assertEquals("NOERROR a.inner.portal.example A 192.0.2.2", ask(names, "a.inner.portal.example", "A"));
        assertEquals("NOERROR; own.portal.example 300", ask(names, "own.portal.example", "A"));
        assertEquals("NOERROR; a.portal.example 300", ask(names, "a.portal.example", "MX"));
        assertEquals("NOERROR *.portal.example A 192.0.2.1", ask(names, "*.portal.example", "A"));
        assertNull(ask(names, "portal.example", "A"));
    }

    @Test
    void followsAnAliasAsFarAsItIsKnownHere() {
        add(records, "www.example", "CNAME", "portal.example");
        add(records, "portal.example", "A", "192.0.2.1");
        add(records, "away.example", "CNAME", "elsewhere.example");
        LocalNames names = LocalNames.of(records);

        assertEquals(
                "NOERROR www.example CNAME portal.example. portal.example A 192.0.2.1", ask(names, "www.example", "A"));
        assertEquals(
                "NOERROR www.example CNAME portal.example.; portal.example 300", ask(names, "www.example", "AAAA"));
        assertEquals("NOERROR www.example CNAME portal.example.", ask(names, "www.example", "CNAME"));
        assertEquals("NOERROR away.example CNAME elsewhere.example.", ask(names, "away.example", "A"));
    }

    @Test
    void doesNotFollowAliasesForEver() {
        add(records, "a.example", "CNAME", "b.example");
        add(records, "b.example", "CNAME", "a.example");

        assertEquals(1 + 8 * 3, ask(LocalNames.of(records), "a.example", "A").split(" ").length);
    }

    @Test
    void answersAnyWithTheRecordsOfOneType() {
        add(records, "portal.example", "MX", "10 mail.example");
        add(records, "portal.example", "A", "192.0.2.1");

        assertEquals(
                "NOERROR portal.example MX 10 mail.example.",
                ask(
                        LocalNames.of(records),
                        "portal.example",
                        ResourceRecord.ANY,
                        WireMessage.CLASS_IN,
                        Header.OPCODE_QUERY));
    }

    @Test
    void leavesOtherClassesAndOpcodesAlone() {
        add(records, "portal.example", "A", "192.0.2.1");
        LocalNames names = LocalNames.of(records);

        assertNull(ask(names, "portal.example", ResourceRecord.A, 3, Header.OPCODE_QUERY));
        assertNull(ask(names, "portal.example", ResourceRecord.A, WireMessage.CLASS_IN, Header.OPCODE_NOTIFY));
        assertNull(ask(names, "portal.example", ResourceRecord.SOA, WireMessage.CLASS_IN, Header.OPCODE_UPDATE));
    }

    @Test
    void preferRecordsToHostsOfTheSameType() {
        add(records, "portal.example", "A", "192.0.2.1");
        add(records, "alias.example", "CNAME", "portal.example");
        records.add(Hosts.parse("192.0.2.9 portal.example alias.example\n2001:db8::9 portal.example\n"));
        LocalNames names = LocalNames.of(records);

        assertEquals("NOERROR portal.example A 192.0.2.1", ask(names, "portal.example", "A"));
        assertEquals("NOERROR portal.example AAAA 2001:db8:0:0:0:0:0:9", ask(names, "portal.example", "AAAA"));
        assertEquals(
                "NOERROR alias.example CNAME portal.example. portal.example A 192.0.2.1",
                ask(names, "alias.example", "A"));
    }

    @Test
    void gathersTheAddressesOfSeveralHostsFiles() {
        records.add(Hosts.parse("192.0.2.1 a.example\n"));
        records.add(Hosts.parse("192.0.2.2 a.example\n"));

        assertEquals(
                "NOERROR a.example A 192.0.2.1 a.example A 192.0.2.2", ask(LocalNames.of(records), "a.example", "A"));
    }

    @Test
    void costsNoMemoryForAQueryThatGoesOn() {
        add(records, "portal.example", "A", "192.0.2.1");
        add(records, "*.wild.example", "A", "192.0.2.1");
        LocalNames names = LocalNames.withSpecialNames(records, Asking.domains("corp.example"));
        WireMessage query =
                Asking.query("www.corp.example", ResourceRecord.A, WireMessage.CLASS_IN, Header.OPCODE_QUERY);
        int queries = 100_000;

        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < queries; i++) {
            assertNull(names.answer(query));
        }
        long bytes = thread.getCurrentThreadAllocatedBytes() - before;

        assertTrue(bytes < queries, bytes + " bytes for " + queries + " queries");
    }

    @Test
    void explainItself() {
        add(records, "*.portal.example", "A", "192.0.2.1");
        LocalNames names = LocalNames.withSpecialNames(records, Asking.domains("home.arpa"));

        assertEquals("its records are known here", names.explain(DomainName.parse("a.portal.example")));
        assertEquals("onion has a special use", names.explain(DomainName.parse("www.onion")));
        assertNull(names.explain(DomainName.parse("a.home.arpa")));
        assertNull(names.explain(DomainName.parse("www.example")));
    }
}
