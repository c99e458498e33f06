package org.waymark.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A zone with a record of every type that NSD takes, those without a name among them, large texts, wildcards, chains, delegations,
 * empty non-terminals; plain, or signed with NSEC or NSEC3.
 */
public record SampleZone(String name, String text) {
    private static final String RECORDS = """
            a A 192.0.2.1
            a A 192.0.2.2
            aaaa AAAA 2001:db8::1
            ns NS ns1
            cname CNAME a
            ptr PTR a
            hinfo HINFO "CPU" "OS"
            mb MB a
            mg MG a
            mr MR a
            minfo MINFO a a
            wks WKS 192.0.2.1 6 25
            mx MX 10 a
            txt TXT "one" "two"
            rp RP a txt
            afsdb AFSDB 1 a
            x25 X25 "311061700956"
            isdn ISDN "150862028003217" "004"
            rt RT 10 a
            nsap NSAP 0x47000580005a0000000001e133ffffff00016200
            px PX 10 a a
            loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m
            srv SRV 0 5 5060 a
            naptr NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:x@example!" .
            kx KX 10 a
            cert CERT PKIX 1 5 AQIDBA==
            dname DNAME a
            sshfp SSHFP 1 1 dd465c09cfa51fb45020cc83316fff21b9ec74ac
            ipseckey IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
            dhcid DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
            tlsa TLSA 3 1 1 dd465c09cfa51fb45020cc83316fff21b9ec74acdd465c09cfa51fb45020cc83
            cds CDS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
            cdnskey CDNSKEY 257 3 8 AwEAAQ==
            openpgpkey OPENPGPKEY AQIDBA==
            csync CSYNC 66 3 A NS AAAA
            spf SPF "v=spf1 -all"
            nid NID 10 0014:4fff:ff20:ee64
            l32 L32 10 10.1.2.0
            l64 L64 10 2001:0DB8:1140:1000
            lp LP 10 a
            eui48 EUI48 00-00-5e-00-53-2a
            eui64 EUI64 00-00-5e-ef-10-00-00-2a
            uri URI 10 1 "https://example/"
            caa CAA 0 issue "ca.example"
            avc TYPE258 \\# 6 056170703a78
            svcb TYPE64 \\# 3 000000
            https TYPE65 \\# 3 000100
            smimea TYPE53 \\# 5 0301010a0b
            unknown TYPE65280 \\# 5 0102030405
            unknown TYPE1000 \\# 0
            *.wild TXT "wild"
            *.wild A 192.0.2.3
            *.chain CNAME chain1
            chain1 CNAME chain2
            chain2 CNAME chain3
            chain3 CNAME a.wild
            loop1 CNAME loop2
            loop2 CNAME loop1
            outside CNAME www.elsewhere.
            deep.empty.nonterminal A 192.0.2.4
            delegated NS ns.delegated
            ns.delegated A 192.0.2.5
            secure NS ns.secure
            secure DS 60485 8 2 dd465c09cfa51fb45020cc83316fff21b9ec74acdd465c09cfa51fb45020cc83
            ns.secure A 192.0.2.6
            ns1 A 192.0.2.7
            MiXeD-CaSe A 192.0.2.8
            esc\\097ped\\.dot A 192.0.2.9
            """;

    /** The zone as it is. */
    public static SampleZone plain(String name) {
        StringBuilder text = new StringBuilder(apex(name));
        RECORDS.lines().forEach(line -> text.append(line).append('\n'));
        for (int size : new int[] {400, 1100, 1400, 4000, 5000, 20_000, 50_000}) {
            text.append("large" + size + " TXT");
            for (int written = 0; written < size; written += 250) {
                text.append(" \"")
                        .append("x".repeat(Math.min(250, size - written)))
                        .append('"');
            }
            text.append('\n');
        }
        IntStream.range(0, 60).forEach(i -> text.append("many A 192.0.2." + i + "\n"));
        return new SampleZone(name, text.toString());
    }

    /** The zone without the records that NSD takes, but does not transfer: a message of a transfer has 16 KiB at most. */
    public SampleZone transferable() {
        String kept = text.lines()
                .filter(line -> !line.startsWith("large20000") && !line.startsWith("large50000"))
                .collect(Collectors.joining("\n", "", "\n"));
        return new SampleZone(name, kept);
    }

    /** The SOA record of a zone in wire form, of which only the serial means anything. */
    public static byte[] soa(String zone, int serial) {
        ByteArrayOutputStream soa = new ByteArrayOutputStream();
        soa.writeBytes(Query.name(zone));
        soa.writeBytes(Query.shorts(6, 1, 0, 0, 22, 0, 0, serial, 0, 0, 0, 0, 0, 0, 0, 0));
        return soa.toByteArray();
    }

    /** A zone of many records, of which there are this many besides those of its apex. */
    public static SampleZone huge(String name, int records) {
        StringBuilder text = new StringBuilder(apex(name));
        IntStream.range(0, records).forEach(i -> text.append("host" + i + " A 192.0.2." + i % 256 + "\n"));
        return new SampleZone(name, text.toString());
    }

    private static String apex(String name) {
        return "$ORIGIN " + name + ".\n$TTL 300\n@ SOA ns1 admin 1 3600 600 86400 60\n@ NS ns1\n@ TXT \"apex\"\n";
    }

    /** The zone signed by {@code ldns-signzone}, with NSEC or NSEC3 records. */
    public static SampleZone signed(String name, boolean nsec3) {
        try {
            Path directory = Files.createTempDirectory("waymark-it");
            try {
                Files.writeString(directory.resolve("zone"), plain(name).text);
                String key = run(directory, List.of("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name))
                        .strip();
                List<String> command = new ArrayList<>(List.of("ldns-signzone", "-o", name, "-f", "signed"));
                command.addAll(nsec3 ? List.of("-n", "-t", "1", "-s", "abcd") : List.of());
                command.addAll(List.of("zone", key));
                run(directory, command);
                return new SampleZone(name, Files.readString(directory.resolve("signed")));
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path directory, List<String> command) throws IOException {
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + Files.readString(errors));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return output;
    }

    /** The names to ask for in all these zones, in a list that the caller may change. */
    public static List<String> namesOf(List<SampleZone> zones) {
        return zones.stream().flatMap(zone -> zone.names().stream()).collect(Collectors.toCollection(ArrayList::new));
    }

    /** The names to ask for: the owners, and what wildcards, delegations and denials are made of. */
    public List<String> names() {
        List<String> names = new ArrayList<>(RECORDS.lines()
                .map(line -> line.split(" ")[0])
                .filter(owner -> !owner.contains("\\"))
                .distinct()
                .toList());
        Stream.of(400, 1100, 1400, 4000, 5000, 20_000, 50_000).forEach(size -> names.add("large" + size));
        names.addAll(List.of(
                "",
                "many",
                "any.wild",
                "two.labels.wild",
                "x.chain",
                "nothing",
                "no.such.thing",
                "empty.nonterminal",
                "nonterminal",
                "below.delegated",
                "below.secure",
                "below.dname",
                "mixed-CASE"));
        return names.stream()
                .map(label -> label.isEmpty() ? name : label + "." + name)
                .toList();
    }
}
