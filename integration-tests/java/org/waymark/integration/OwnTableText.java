package org.waymark.integration;

import org.waymark.lab.Family;

/** What nft must list of Waymark's own table, which listens on the gateway's address, looks into zones 7 and 0, and marks answers. */
final class OwnTableText {
    private static final String TABLE = """
            table IP NAME {
            	flags owner

            	set servers {
            		type TYPE . inet_proto . inet_service
            		elements = { SERVER . tcp . 53,
            			     SERVER . udp . 53 }
            	}

            	chain to_servers {
            		type filter hook output priority -199; policy accept;
            		udp sport 53 IP saddr ADDRESS meta mark set 0x00000000 accept
            		tcp sport 53 IP saddr ADDRESS meta mark set 0x00000000 accept
            		IP daddr . meta l4proto . th dport @servers meta skuid 0 ct mark set meta mark
            		ct state new IP daddr . meta l4proto . th dport @servers meta skuid 0 ct label set 127
            	}

            	chain from_servers {
            		type filter hook input priority -199; policy accept;
            		ct direction reply accept
            		udp dport 53 IP daddr ADDRESS accept
            		tcp dport 53 IP daddr ADDRESS accept
            		IP saddr . meta l4proto . th sport @servers meta skuid != 0 accept
            		IP saddr . meta l4proto . th sport @servers meta mark set socket mark ct mark set socket mark
            	}

            	chain answers {
            		type route hook output priority mangle + 1; policy accept;
            		udp sport 53 IP saddr ADDRESS meta mark set ct mark accept
            		tcp sport 53 IP saddr ADDRESS meta mark set ct mark accept
            	}

            	chain queries {
            		type filter hook input priority 2147483647; policy accept;
            		udp dport 53 IP daddr ADDRESS meta mark set UNKNOWN ct reply zone 7 meta mark set ct mark
            		udp dport 53 IP daddr ADDRESS ct reply zone 0 meta mark set ct mark
            	}
            }
            """;

    private static final String LATE_TABLE = """
            table IP NAME-late {
            	flags owner

            	set servers {
            		type TYPE . inet_proto . inet_service
            		elements = { SERVER . tcp . 53,
            			     SERVER . udp . 53 }
            	}

            	chain of_the_kernel {
            		type route hook output priority mangle + 1; policy accept;
            		meta l4proto udp accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers meta skuid != 4294967295 accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers ct label 127 meta mark set ct mark accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers ct direction original accept
            		tcp flags rst IP daddr . meta l4proto . tcp dport @servers drop
            		meta l4proto ICMP QUOTED @servers ct label 127 meta mark set ct mark accept
            		UNREACHABLE @servers ct original IP daddr . ct protocol . ct original proto-dst @servers accept
            		UNREACHABLE @servers drop
            	}
            }
            """;

    private OwnTableText() {}

    /** The table that ends with the process. The random number for an unknown mark is UNKNOWN. */
    static String table(String name, Family family) {
        return fill(TABLE, name, family);
    }

    /** The table that may stay for late answers. */
    static String lateTable(String name, Family family) {
        return fill(LATE_TABLE, name, family);
    }

    private static String fill(String table, String name, Family family) {
        boolean ipv4 = family == Family.IPV4;
        String unreachable = ipv4
                ? "icmp type destination-unreachable icmp code port-unreachable"
                : "icmpv6 type destination-unreachable icmpv6 code port-unreachable";
        return table.replace("UNREACHABLE", unreachable + " QUOTED")
                .replace(
                        "QUOTED", ipv4 ? "@th,160,32 . @th,136,8 . @th,224,16" : "@th,128,128 . @th,112,8 . @th,384,16")
                .replace("ICMP", ipv4 ? "icmp" : "ipv6-icmp")
                .replace("IP", ipv4 ? "ip" : "ip6")
                .replace("NAME", name)
                .replace("TYPE", ipv4 ? "ipv4_addr" : "ipv6_addr")
                .replace("SERVER", ipv4 ? "10.99.0.53" : "2001:db8:99::53")
                .replace("ADDRESS", ipv4 ? "192.168.111.1" : "fd00:111::1");
    }
}
