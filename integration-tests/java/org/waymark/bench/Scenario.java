package org.waymark.bench;

import java.util.Locale;

/** What the clients do. */
enum Scenario {
    MARKS_1("1 mark, UDP from 1,000 ports", 1, 1000),
    MARKS_32("32 marks, UDP from 1,000 ports", 32, 1000),
    MARKS_1024("1,024 marks, UDP from 1,024 ports", 1024, 1024),
    PORT_1("1 mark, UDP from 1 port", 1, 1),
    REPEATED("as marks-32, for 100 names again and again", 32, 1000) {
        @Override
        int names() {
            return 100;
        }
    },
    TCP("32 marks, 32 TCP connections that are used again", 32, 32) {
        @Override
        boolean isTcp() {
            return true;
        }
    },
    TCP_ONE_SHOT("32 marks, a TCP connection for each query, opened by 1,000 clients", 32, 1000) {
        @Override
        boolean isTcp() {
            return true;
        }

        @Override
        boolean isOneShot() {
            return true;
        }
    };

    /** The scenario that stands for most networks. */
    static final Scenario USUAL = MARKS_32;

    private final String meaning;
    private final int marks;
    private final int clients;

    Scenario(String meaning, int marks, int clients) {
        this.meaning = meaning;
        this.marks = marks;
        this.clients = clients;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }

    /** How many different names are asked for, one after the other. */
    int names() {
        return 200_000;
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
