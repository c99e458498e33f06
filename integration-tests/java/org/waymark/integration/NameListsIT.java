package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.dns.ResourceRecord;
import org.waymark.lab.Dnsmasq;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Recursor;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Unbound;
import org.waymark.lab.Waiting;
import org.waymark.names.Action;
import org.waymark.names.Listing;
import org.waymark.names.NameList;
import org.waymark.names.ReadList;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Lists say the same about names as the programs that they were made for. */
class NameListsIT {
    private static final int NAMES = 10_000;

    /** How many queries wait for their answers at a time: fewer than the receive buffer of a socket takes. */
    private static final int BATCH = 100;

    private static final String PASSED = "198.51.100.1";
    private static final String DROPPED = "DROP";
    private static final InetSocketAddress ADDRESS = Family.IPV4.upstream(53);

    /** None below names for special use, which the programs would answer themselves. */
    private static final String[] LABELS = {
        "ads",
        "track",
        "metrics",
        "www",
        "cdn",
        "static",
        "pixel",
        "shop",
        "news",
        "xn--caf-dma",
        "_tcp",
        "a",
        "b1",
        "x-y",
        "img",
        "api"
    };

    private static final String[] ENDS = {"com", "net", "org", "de", "co.uk", "io"};

    private static final String HEAD = """
            $ORIGIN policy.lab.
            $TTL 2h
            @ IN SOA localhost. root.localhost. (
                    2024010101 ; serial
                    6h 1h 1w 2h )
              IN NS localhost.
            24.0.113.0.203.rpz-ip CNAME .
            ; names
            """;

    @AutoClose
    private static final Lab LAB = Lab.withoutRules();

    private final long seed = new Random().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path folder;

    @Test
    void policyZoneSaysTheSameAsItDoesToPowerDns() throws IOException {
        Set<String> owners = names(random, NAMES);
        StringBuilder text = new StringBuilder(HEAD);
        for (String owner : owners) {
            String trigger = random.nextInt(3) == 0 ? "*." + owner : owner;
            for (String record : records()) {
                text.append(trigger).append(' ').append(record).append('\n');
            }
        }
        Path zone = Files.writeString(folder.resolve("policy.zone"), text);
        ReadList list = read(zone);
        assertEquals(List.of(), list.leftOut().firstBroken());
        try (Unbound open = Unbound.startForAnyName(LAB, Family.IPV4.upstream(54), PASSED);
                Recursor recursor = Recursor.start(LAB, ADDRESS, zone, open.address())) {
            compare(recursor.address(), asked(owners), name -> verdict(find(list.names(), name)), NameListsIT::outcome);
        }
    }

    private List<String> records() {
        return switch (random.nextInt(9)) {
            case 0 -> List.of("CNAME .");
            case 1 -> List.of("60 IN CNAME *.");
            case 2 -> List.of("CNAME rpz-passthru.");
            case 3 -> random.nextInt(10) == 0 ? List.of("CNAME rpz-drop.") : List.of("CNAME .");
            case 4 -> List.of("CNAME rpz-tcp-only.");
            case 5 -> List.of("A 192.0.2." + random.nextInt(256));
            case 6 -> List.of("A 192.0.2.1", "60 A 192.0.2.2", "AAAA 2001:db8::1");
            case 7 -> List.of("CNAME walled.garden.com.");
            default -> List.of("TXT \"blocked; see ( elsewhere\"");
        };
    }

    /** What a list says about a query of type A, in a few words. */
    private static String verdict(Listing listing) {
        if (listing == null || listing.action() == Action.FORWARD) {
            return PASSED;
        } else if (listing.action() != Action.ANSWER) {
            return listing.action().name();
        }
        List<ResourceRecord> records = listing.records();
        if (records.get(0).type() == ResourceRecord.CNAME) {
            return records.get(0).toString();
        }
        List<String> addresses = records.stream()
                .filter(record -> record.type() == ResourceRecord.A)
                .map(record -> record.toString().substring(2))
                .sorted()
                .toList();
        return addresses.isEmpty() ? "NODATA" : String.join(" ", addresses);
    }

    /** The same of the answer that a program gives. */
    private static String outcome(byte[] bytes) {
        org.xbill.DNS.Message answer = parse(bytes);
        if (Message.isTruncated(bytes)) {
            return "TRUNCATE";
        } else if (Message.rcode(bytes) == Message.NXDOMAIN) {
            return "NXDOMAIN";
        } else if (Message.rcode(bytes) != Message.NOERROR) {
            return "rcode " + Message.rcode(bytes);
        }
        List<Record> records = answer.getSection(Section.ANSWER);
        if (!records.isEmpty() && records.get(0).getType() == Type.CNAME) {
            return "CNAME " + records.get(0).rdataToString();
        }
        return records.isEmpty()
                ? "NODATA"
                : String.join(
                        " ",
                        records.stream().map(Record::rdataToString).sorted().toList());
    }

    private static org.xbill.DNS.Message parse(byte[] bytes) {
        try {
            return new org.xbill.DNS.Message(bytes);
        } catch (IOException e) {
            throw new AssertionError("the program's answer is not one", e);
        }
    }

    @Test
    void hostsFileHasTheNamesThatItHasForDnsmasq() throws IOException {
        Set<String> owners = names(random, NAMES);
        StringBuilder text = new StringBuilder("# hosts\n127.0.0.1 localhost\n::1 localhost ip6-localhost\n\n");
        int onLine = 0;
        for (String owner : owners) {
            boolean isNewLine = onLine == 0 || random.nextBoolean();
            text.append(isNewLine ? "\n0.0.0.0" : "")
                    .append(random.nextBoolean() ? " " : "\t")
                    .append(owner);
            onLine = isNewLine ? 1 : onLine + 1;
            if (random.nextInt(10) == 0) {
                text.append(" # a comment");
                onLine = 0;
            }
        }
        Path hosts = Files.writeString(folder.resolve("hosts"), text.append('\n'));
        ReadList list = read(hosts);
        assertEquals(List.of(), list.leftOut().firstBroken());
        try (Dnsmasq dnsmasq = Dnsmasq.start(LAB, ADDRESS, "addn-hosts=" + hosts)) {
            compareListed(dnsmasq, list.names(), asked(owners));
        }
    }

    @Test
    void listOfDomainsHasTheNamesThatItHasForDnsmasq() throws IOException {
        Set<String> owners = names(random, NAMES / 10);
        Path domains = Files.writeString(folder.resolve("domains"), String.join("\r\n", owners));
        StringBuilder options = new StringBuilder();
        owners.forEach(owner -> options.append("local=/").append(owner).append("/\n"));
        ReadList list = read(domains);
        assertEquals(owners.size(), list.names().size());
        try (Dnsmasq dnsmasq = Dnsmasq.start(LAB, ADDRESS, options.toString())) {
            compareListed(dnsmasq, list.names(), asked(owners));
        }
    }

    /** dnsmasq has no server, so it refuses what no file names. */
    private void compareListed(Dnsmasq dnsmasq, NameList list, List<String> asked) {
        compare(
                dnsmasq.address(),
                asked,
                name -> find(list, name) == null ? "not listed" : "listed",
                answer -> Message.rcode(answer) == Message.REFUSED ? "not listed" : "listed");
    }

    private static ReadList read(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return ReadList.from(input);
        }
    }

    private static Listing find(NameList list, String name) {
        return list.find(ByteBuffer.wrap(Query.of(name, Query.A).bytes(0)), Message.HEADER);
    }

    /** Names of which many are below others; as programs compare them, they differ in more than case. */
    private static Set<String> names(SplittableRandom random, int count) {
        Map<String, String> names = new HashMap<>();
        while (names.size() < count) {
            StringBuilder name = new StringBuilder();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                name.append(LABELS[random.nextInt(LABELS.length)]);
                name.append(random.nextInt(3) == 0 ? random.nextInt(30) : "").append('.');
            }
            name.append(ENDS[random.nextInt(ENDS.length)]);
            names.putIfAbsent(name.toString().toLowerCase(Locale.ROOT), name.toString());
        }
        return new LinkedHashSet<>(names.values());
    }

    /** Every third of these names, names above and below, and others. */
    private List<String> asked(Set<String> owners) {
        List<String> asked = new ArrayList<>();
        for (String owner : owners) {
            switch (random.nextInt(6)) {
                case 0, 1 -> asked.add(owner);
                case 2 -> asked.add("x." + owner);
                case 3 -> asked.add("www.a.b." + owner);
                case 4 -> asked.add(owner.substring(owner.indexOf('.') + 1));
                default -> asked.add("no" + owner);
            }
        }
        return asked;
    }

    /** What somebody says about a name or in an answer. */
    @FunctionalInterface
    private interface Words<T> {
        String of(T subject);
    }

    private void compare(InetSocketAddress program, List<String> asked, Words<String> ours, Words<byte[]> theirs) {
        Map<String, Integer> counts = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        try (UdpClient client =
                UdpClient.from(LAB, Host.UPSTREAM, Family.IPV4.upstream(55).getAddress())) {
            for (int from = 0; from < asked.size(); from += BATCH) {
                List<String> batch = asked.subList(from, Math.min(asked.size(), from + BATCH));
                List<String> expected = batch.stream().map(ours::of).toList();
                Map<Integer, String> answers = answers(client, program, batch, expected, theirs);
                for (int i = 0; i < batch.size(); i++) {
                    counts.merge(expected.get(i), 1, Integer::sum);
                    String answer = answers.getOrDefault(i, DROPPED);
                    if (!answer.equals(expected.get(i))) {
                        differences.add(batch.get(i) + ": " + expected.get(i) + ", but to the program: " + answer);
                    }
                }
            }
        }
        assertEquals(List.of(), differences, "seed " + seed);
        assertTrue(counts.size() > 1, "seed " + seed + ": all are the same: " + counts);
    }

    /** The answers to queries by their number, which is also their id. Those that are dropped need not be waited for. */
    private static Map<Integer, String> answers(
            UdpClient client,
            InetSocketAddress program,
            List<String> batch,
            List<String> expected,
            Words<byte[]> words) {
        for (int i = 0; i < batch.size(); i++) {
            client.send(Query.of(batch.get(i), Query.A).bytes(i), program);
        }
        Map<Integer, String> answers = new HashMap<>();
        long end = System.nanoTime() + Waiting.PATIENCE.toNanos();
        long due = expected.stream().filter(verdict -> !verdict.equals(DROPPED)).count();
        while (answers.size() < due && System.nanoTime() < end) {
            client.receive(Duration.ofSeconds(5))
                    .ifPresent(answer -> answers.put(Message.id(answer.bytes()), words.of(answer.bytes())));
        }
        return answers;
    }
}
