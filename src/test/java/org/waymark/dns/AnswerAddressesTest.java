package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AnswerAddressesTest {
    /** Records of the section, as in a zone file. */
    private static WireMessage answer(int section, String... records) throws IOException {
        Message message = Message.newQuery(Record.newRecord(Name.fromString("www.example."), Type.A, DClass.IN));
        for (String text : records) {
            message.addRecord(
                    new Master(new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.US_ASCII)), Name.root)
                            .nextRecord(),
                    section);
        }
        return WireMessage.of(message.toWire());
    }

    private static AnswerAddresses read(String... records) throws IOException {
        return AnswerAddresses.of(answer(Section.ANSWER, records)).orElseThrow();
    }

    private static List<InetAddress> addresses(String... texts) throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.add(InetAddress.getByName(text));
        }
        return addresses;
    }

    @Test
    void areThoseOfTheNameWithTheLongestTimeOfAll() throws IOException {
        AnswerAddresses read = read(
                "www.example. 60 IN A 198.51.100.1",
                "WWW.example. 90 IN A 198.51.100.2",
                "www.example. 30 IN AAAA 2001:db8::1",
                "www.example. 900 IN TXT more");

        assertEquals(addresses("198.51.100.1", "198.51.100.2", "2001:db8::1"), read.addresses());
        assertEquals(90, read.ttlSeconds());
    }

    @Test
    void areAlsoThoseThatAliasesLeadToInAnyOrder() throws IOException {
        assertEquals(
                addresses("198.51.100.3"),
                read(
                                "c.example. 60 IN A 198.51.100.3",
                                "b.example. 60 IN CNAME c.example.",
                                "www.example. 60 IN CNAME b.example.")
                        .addresses());
    }

    @Test
    void areTheHintsOfServices() throws IOException {
        assertEquals(
                addresses("198.51.100.1", "198.51.100.2", "2001:db8::1"),
                read("www.example. 60 IN HTTPS 1 . ipv4hint=198.51.100.1,198.51.100.2 ipv6hint=2001:db8::1")
                        .addresses());
    }

    @Test
    void areNotThoseOfOtherNamesAndSections() throws IOException {
        assertEquals(List.of(), read("other.example. 60 IN A 198.51.100.1").addresses());
        assertEquals(
                List.of(),
                read("a.example. 60 IN CNAME www.example.", "a.example. 60 IN A 198.51.100.1")
                        .addresses());
        for (int section : List.of(Section.AUTHORITY, Section.ADDITIONAL)) {
            assertEquals(
                    Optional.of(List.of()),
                    AnswerAddresses.of(answer(section, "www.example. 60 IN A 198.51.100.1"))
                            .map(AnswerAddresses::addresses));
        }
    }

    @Test
    void endWhereAliasesGoRound() throws IOException {
        assertEquals(
                List.of(),
                read("www.example. 60 IN CNAME b.example.", "b.example. 60 IN CNAME www.example.")
                        .addresses());
    }

    /** Whatever a server sends: it is read, or it is not, and nothing else happens. */
    @Test
    void mangledAnswersThrowNothing() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] whole = answer(
                        Section.ANSWER,
                        "www.example. 60 IN CNAME b.example.",
                        "b.example. 60 IN A 198.51.100.1",
                        "b.example. 60 IN HTTPS 1 . ipv4hint=198.51.100.1")
                .bytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] mangled = Arrays.copyOf(whole, Header.LENGTH + random.nextInt(whole.length));
            for (int change = random.nextInt(4); change > 0; change--) {
                mangled[random.nextInt(mangled.length)] = (byte) random.nextInt();
            }
            try {
                AnswerAddresses.of(WireMessage.of(mangled));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
