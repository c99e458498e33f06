package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    @Test
    void isTheSameInEitherCaseWithAFinalDotAndWithout() {
        assertEquals(name("www.example.com"), name("WWW.Example.COM."));
        assertEquals(name("www.example.com").hashCode(), name("wwW.example.com").hashCode());
        assertNotEquals(name("www.example.com"), name("example.com"));
        assertEquals("www.example.com", name("WWW.Example.COM.").toString());
    }

    @Test
    void readsAndWritesBytesThatDoNotPrint() {
        DomainName name = name("a\\046b\\000.example");

        assertEquals("a\\.b\\000.example", name.toString());
        assertEquals(5 + 8 + 1, name.wire().remaining());
    }

    @Test
    void isCopiedFromAMessage() {
        WireMessage message = Messages.embed(Messages.query().toWire(), 5);

        assertEquals(name("www.example.com"), DomainName.read(message.buffer(), message.namePosition()));
    }

    @Test
    void knowsWhatItCovers() {
        DomainName example = name("example.com");

        assertTrue(example.covers(example));
        assertTrue(example.covers(name("a.b.EXAMPLE.com")));
        assertTrue(name(".").covers(example));
        assertFalse(example.covers(name("com")));
        assertFalse(example.covers(name("anexample.com")));
        assertFalse(example.covers(name("example.org")));
    }

    @Test
    void leadsUpToTheRoot() {
        assertEquals(name("com"), name("example.com").parent());
        assertTrue(name("com").parent().isRoot());
        assertEquals(".", name(".").toString());
    }

    @Test
    void knowsAWildcard() {
        assertTrue(name("*.example.com").isWildcard());
        assertFalse(name("**.example.com").isWildcard());
        assertFalse(name("a.*.example.com").isWildcard());
        assertFalse(name(".").isWildcard());
    }

    @Test
    void hasAnOrderAlsoAmongNamesOfOneHashCode() {
        DomainName one = name("anan.example");
        DomainName other = name("c0an.example");
        assertEquals(one.hashCode(), other.hashCode());
        assertTrue(one.compareTo(other) < 0 && other.compareTo(one) > 0);
        assertEquals(0, one.compareTo(name("ANAN.example.")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", ".a", "a b", "bücher.example", "a\\", "a\\999.b"})
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> name(text));
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> name("a".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> name("a.".repeat(128)));
        assertEquals(255, name("a.".repeat(127)).wire().remaining());
    }

    private static DomainName name(String text) {
        return DomainName.parse(text);
    }
}
