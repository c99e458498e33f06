package org.waymark.bench;

import java.util.Locale;

/** What the clients do. */
enum Scenario {
    MARKS_1("1 mark, UDP from 1,000 ports", Purpose.FORWARDING, 1, 1000, Names.MANY),
    MARKS_32("32 marks, UDP from 1,000 ports", Purpose.FORWARDING, 32, 1000, Names.MANY),
    MARKS_1024("1,024 marks, UDP from 1,024 ports", Purpose.FORWARDING, 1024, 1024, Names.MANY),
    PORT_1("1 mark, UDP from 1 port", Purpose.FORWARDING, 1, 1, Names.MANY),
    REPEATED("as marks-32, for 100 names again and again", Purpose.FORWARDING, 32, 1000, Names.FEW),
    TCP("32 marks, 32 TCP connections that are used again", Purpose.FORWARDING, 32, 32, Names.MANY) {
        @Override
        boolean isTcp() {
            return true;
        }
    },
    TCP_ONE_SHOT(
            "32 marks, a TCP connection for each query, opened by 1,000 clients",
            Purpose.FORWARDING,
            32,
            1000,
            Names.MANY) {
        @Override
        boolean isTcp() {
            return true;
        }

        @Override
        boolean isOneShot() {
            return true;
        }
    },
    CACHED_32("32 marks, UDP from 1,024 ports, 1,000 names, cached", Purpose.CACHE, 32, 1024, Names.THOUSAND),
    CACHED_1("1 mark, UDP from 1,024 ports, 1,000 names, cached", Purpose.CACHE, 1, 1024, Names.THOUSAND),
    CACHED_1024(
            "1,024 marks, UDP from 1,024 ports, 1,000 names, cached", Purpose.LARGE_CACHE, 1024, 1024, Names.THOUSAND),
    POPULAR_32(
            "32 marks, UDP from 1,024 ports, 1,000,000 names by Zipf's law, cached",
            Purpose.LARGE_CACHE,
            32,
            1024,
            Names.ZIPF),
    POPULAR_1(
            "1 mark, UDP from 1,024 ports, 1,000,000 names by Zipf's law, cached",
            Purpose.LARGE_CACHE,
            1,
            1024,
            Names.ZIPF),
    POPULAR_1024(
            "1,024 marks, UDP from 1,024 ports, 1,000,000 names by Zipf's law, cached",
            Purpose.LARGE_CACHE,
            1024,
            1024,
            Names.ZIPF),
    CACHED_TCP("32 marks, 32 TCP connections, 1,000 names, cached", Purpose.CACHE, 32, 32, Names.THOUSAND) {
        @Override
        boolean isTcp() {
            return true;
        }
    },
    MISSED("32 marks, UDP from 1,024 ports, no name asked twice", Purpose.MISSES, 32, 1024, Names.NEW);

    /** The scenario that stands for most networks. */
    static final Scenario USUAL = MARKS_32;

    private final String meaning;
    private final Purpose purpose;
    private final int marks;
    private final int clients;
    private final Names names;

    Scenario(String meaning, Purpose purpose, int marks, int clients, Names names) {
        this.meaning = meaning;
        this.purpose = purpose;
        this.marks = marks;
        this.clients = clients;
        this.names = names;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }

    /** What it is there to show. */
    Purpose purpose() {
        return purpose;
    }

    Names names() {
        return names;
    }

    /** How many sockets ask. */
    int clients() {
        return clients;
    }

    boolean isTcp() {
        return false;
    }

    /** Whether a connection carries one query alone. dnsperf then adds up to 100 ms of its own, so that latencies mean nothing. */
    boolean isOneShot() {
        return false;
    }

    /** The rules of the recipe, with marks that new connections get in turn. */
    String rules() {
        return rules(marks);
    }

    /** The same for any number of marks. */
    static String rules(int marks) {
        return """
                table inet waymark
                delete table inet waymark
                table inet waymark {
                    chain prerouting {
                        type filter hook prerouting priority mangle;
                        meta mark set ct mark
                        iifname "lan" ct state new meta mark set numgen inc mod %d offset 1
                        ct mark set meta mark
                    }
                    chain output {
                        type filter hook output priority mangle;
                        meta mark != 0 ct mark set meta mark
                    }
                }
                """.formatted(marks);
    }
}
