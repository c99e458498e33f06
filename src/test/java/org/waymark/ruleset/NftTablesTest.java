package org.waymark.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.waymark.programs.HostProgram;

/** From what nft 1.0.6 has written. */
class NftTablesTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "ruleset");

    @Test
    void understandsEffectsAndConditions() throws IOException {
        assertEquals("""
                meta mark set ct mark
                    restore ffffffff from ffffffff
                meta mark set ct mark & 0x000000ff
                    restore ffffffff from ff
                meta mark set meta mark & 0xffffff12 | 0x00000012
                    packet 0x12/0xff
                meta mark set meta mark ^ 0x00000012
                    packet 0x12/0x0
                ct mark set meta mark
                    save ffffffff from ffffffff
                ct mark set meta mark & 0x0000ffff
                    save ffffffff from ffff
                ct mark set ct mark | 0x00000001
                    connection 0x1/0x1
                ct mark set ct mark & 0xffffff2f | 0x00000020
                    connection 0x20/0xf0
                ct mark set 0x00000005
                    connection 0x5/0xffffffff
                meta mark 0x00000000 meta mark set ip saddr map @m
                    packet by map IPv4 if PACKET_MARK 0x0/0xffffffff if SOURCE 10.1.1.1,10.1.1.2
                meta mark set ip saddr map { 10.1.1.1 : 0x00000089, 10.2.0.0/16 : 0x0000008a }
                    packet by map IPv4 if SOURCE 10.1.1.1,10.2.0.0/16
                meta mark set ip saddr . udp dport map @cc
                    packet by map IPv4 if SOURCE 10.1.1.1,10.2.0.0/16 if PROTOCOL udp if DESTINATION_PORT 53,50-60
                meta mark set numgen inc mod 2 map { 0 : 0x00000001, 1 : 0x00000002 }
                    packet by map if OTHER numgen mode inc mod 2 offset 0 == 0, 1
                ct mark set numgen random mod 2
                    connection by map
                meta mark set meta mark | 0x00000100
                    packet 0x100/0x100 IPv4 if SOURCE 10.1.1.1
                return
                    Return[] IPv4 if SOURCE 10.1.1.1
                ip saddr vmap @vm
                    Drop[] IPv4 if SOURCE 10.1.1.2
                ip saddr @s meta mark set 0x00000004
                    packet 0x4/0xffffffff IPv4 if SOURCE 10.0.0.0/8,192.168.1.5
                ip saddr != @s meta mark set 0x00000004
                    packet 0x4/0xffffffff IPv4 if SOURCE not 10.0.0.0/8,192.168.1.5
                ip saddr { 10.0.0.1, 10.5.0.0/16, 10.6.0.1-10.6.0.7 } meta mark set 0x00000004
                    packet 0x4/0xffffffff IPv4 if SOURCE 10.0.0.1,10.5.0.0/16,10.6.0.1-10.6.0.7
                ip saddr 10.0.0.1-10.0.0.9 meta mark set 0x00000004
                    packet 0x4/0xffffffff IPv4 if SOURCE 10.0.0.1-10.0.0.9
                ether saddr @mac meta mark set 0x00000005
                    packet 0x5/0xffffffff if SOURCE_MAC 00:11:22:33:44:55
                ether saddr 00:11:22:33:44:55 meta mark set 0x00000005
                    packet 0x5/0xffffffff if SOURCE_MAC 00:11:22:33:44:55
                iifname "eth*" meta mark set 0x00000006
                    packet 0x6/0xffffffff if INPUT_INTERFACE eth*
                iif "lo" meta mark set 0x00000006
                    packet 0x6/0xffffffff if INPUT_INTERFACE lo
                iifname { "eth0", "eth1" } meta mark set 0x00000006
                    packet 0x6/0xffffffff if INPUT_INTERFACE eth0,eth1
                iifname != "eth0" oifname "x" meta mark set 0x00000006
                    packet 0x6/0xffffffff if INPUT_INTERFACE not eth0 if OUTPUT_INTERFACE x
                iifgroup 1 meta mark set 0x00000006
                    packet 0x6/0xffffffff if OTHER meta iifgroup == 1
                meta mark != 0x00000000 return
                    Return[] if PACKET_MARK not 0x0/0xffffffff
                meta mark & 0x000000ff == 0x00000012 return
                    Return[] if PACKET_MARK 0x12/0xff
                meta mark & 0x000000ff != 0x00000000 accept
                    Accept[] if PACKET_MARK not 0x0/0xff
                ct mark & 0x000000ff != 0x00000012 accept
                    Accept[] if CONNECTION_MARK not 0x12/0xff
                ct mark > 0x00000005 accept
                    Accept[] if OTHER ct mark > 5
                meta mark 0x00000001-0x00000005 accept
                    Accept[] if OTHER meta mark == range 1, 5
                ct direction reply th dport != 53 return
                    Return[] if DIRECTION reply if DESTINATION_PORT not 53
                meta l4proto { tcp, udp } th dport 53 meta mark set 0x00000007
                    packet 0x7/0xffffffff if PROTOCOL tcp,udp if DESTINATION_PORT 53
                tcp dport { 53, 853 } counter packets 0 bytes 0 meta mark set 0x00000008 comment "hello"
                    packet 0x8/0xffffffff if PROTOCOL tcp if DESTINATION_PORT 53,853
                udp dport 50-60 meta mark set 0x00000008
                    packet 0x8/0xffffffff if PROTOCOL udp if DESTINATION_PORT 50-60
                ct state established,new meta mark set 0x00000008
                    packet 0x8/0xffffffff if STATE established,new
                ct state { established, new } meta mark set 0x00000008
                    packet 0x8/0xffffffff if STATE established,new
                ct state new meta mark set 0x00000008
                    packet 0x8/0xffffffff if STATE new
                ct state != new meta mark set 0x00000008
                    packet 0x8/0xffffffff if STATE not new
                ct state vmap { invalid : drop, established : accept }
                    Drop[] if STATE invalid
                ct state vmap { invalid : drop, established : accept }
                    Accept[] if STATE established
                meta skuid 100 meta mark set 0x00000009
                    packet 0x9/0xffffffff if USER 100
                meta skuid { 100, 101 } meta mark set 0x00000009
                    packet 0x9/0xffffffff if USER 100,101
                meta skuid != 0 meta mark set 0x00000009
                    packet 0x9/0xffffffff if USER not 0
                notrack
                    NoTrack[]
                ct original zone set 5
                    Zone[number=OptionalInt[5], direction=original]
                ct zone set 6
                    Zone[number=OptionalInt[6], direction=both]
                ct reply zone set 6
                    Zone[number=OptionalInt[6], direction=reply]
                ct zone set iif map { "lo" : 1 }
                    Zone[number=OptionalInt.empty, direction=both] if INPUT_INTERFACE lo
                meta mark set meta mark | 0x00000100
                    packet 0x100/0x100
                return
                    Return[]
                ip protocol udp drop
                    Drop[] IPv4 if PROTOCOL udp
                limit rate 10/minute log prefix "hi" reject
                    Drop[] if OTHER limit rate 10 burst 5 per minute
                ip saddr . udp dport { 10.1.1.1 . 53 } meta mark set 0x00000001
                    packet 0x1/0xffffffff IPv4 if SOURCE 10.1.1.1 if PROTOCOL udp if DESTINATION_PORT 53
                meta mark set meta mark | 0x00000100
                    packet 0x100/0x100 if PACKET_MARK 0x1/0xffffffff
                return
                    Return[] if PACKET_MARK 0x1/0xffffffff
                meta mark set meta mark | 0x00000100
                    packet 0x100/0x100 if PACKET_MARK 0x2/0xffffffff
                return
                    Return[] if PACKET_MARK 0x2/0xffffffff
                meta mark { 0x00000001, 0x00000002 } return
                    Return[] if PACKET_MARK 0x1/0xffffffff,0x2/0xffffffff
                meta nfproto ipv4 meta mark set 0x00000001
                    packet 0x1/0xffffffff IPv4
                ip6 saddr fd00::/8 meta mark set 0x00000001
                    packet 0x1/0xffffffff IPv6 if SOURCE fd00::/8
                fib daddr type local meta mark set 0x00000001
                    packet 0x1/0xffffffff if OTHER fib result type flags daddr == local
                update @dyn { ip saddr } meta mark set 0x00000001
                    packet 0x1/0xffffffff
                meta mark set jhash ip saddr mod 4 offset 100
                    packet by map
                ct status dnat accept
                    Accept[] if OTHER ct status in dnat
                iifname vmap { "lo" : accept, "eth0" : jump sub }
                    Accept[] if INPUT_INTERFACE lo
                meta mark set meta mark | 0x00000100
                    packet 0x100/0x100 if INPUT_INTERFACE eth0
                meta mark set socket mark
                    packet by map
                udp dport 53 redirect to :5353
                    Redirect[port=5353] if PROTOCOL udp if DESTINATION_PORT 53
                redirect
                    Redirect[port=]
                iifname "x" udp dport 53 dnat ip to 1.2.3.4:53
                    Dnat[destination=1.2.3.4:53] IPv4 if INPUT_INTERFACE x if PROTOCOL udp if DESTINATION_PORT 53
                dnat ip to ip daddr map { 1.1.1.1 : 2.2.2.2 }
                    Dnat[destination=map ip daddr 1.1.1.1, 2.2.2.2] IPv4 if DESTINATION 1.1.1.1
                masquerade
                    Masquerade[]
                oifname "x" meta nfproto ipv4 snat ip to 1.2.3.4
                    Snat[source=1.2.3.4] IPv4 if OUTPUT_INTERFACE x
                oifname "x" snat ip to 1.2.3.4
                    Snat[source=1.2.3.4] IPv4 if OUTPUT_INTERFACE x
                """, Described.textsAndEffects(rules()));
    }

    @Test
    void chainsWherePacketsAreNotFollowedAreTold() {
        NftTables nft = read("""
                {"nftables": [
                {"table": {"family": "netdev", "name": "nd", "handle": 6}},
                {"chain": {"family": "netdev", "table": "nd", "name": "i", "handle": 1, "type": "filter", "hook": "ingress", "prio": 0, "policy": "accept"}},
                {"rule": {"family": "netdev", "table": "nd", "chain": "i", "handle": 2, "expr": [{"mangle": {"key": {"meta": {"key": "mark"}}, "value": 7}}]}}
                ]}
                """, "");

        assertEquals(List.of(), nft.tables(Set.of()));
        assertEquals(
                List.of("nft table netdev nd, chain i: packets are not followed there (hook ingress)"),
                nft.unreadable());
    }

    /** nft breaks long rules at the elements of their sets. */
    @Test
    void textOfARuleIsOneLine() {
        NftText table = NftText.parse("""
                table ip t { # handle 1
                	chain c { # handle 1
                		type filter hook prerouting priority mangle; policy accept;
                		ip saddr { 10.0.0.1, 10.0.0.2,
                			   10.0.0.3 } meta mark set 0x00000001 # handle 3
                		ct mark set meta mark comment "# handle 9" # handle 4
                	}
                }
                """).get(0);

        assertEquals(
                Map.of(
                        "3", "ip saddr { 10.0.0.1, 10.0.0.2, 10.0.0.3 } meta mark set 0x00000001",
                        "4", "ct mark set meta mark comment \"# handle 9\""),
                table.rules());
    }

    /** Of the names of flags some versions of nft make a list, and others an expression. */
    @Test
    void flagsMayBeAnExpression() {
        NftTables nft = read("""
                {"nftables": [
                {"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}},
                {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 2, "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": {"|": ["established", "new"]}}}, {"drop": null}]}}
                ]}
                """, "");

        assertEquals(
                "Drop[] IPv4 if STATE established,new\n",
                Described.effects(new PacketPath(nft.tables(Set.of())).rules()));
    }

    private static NftTables read(String json, String text) {
        return new NftTables(new HostProgram.Result(0, json, "").json(), text);
    }

    private static List<HostRule> rules() throws IOException {
        String json = Files.readString(RECORDED.resolve("nft.json"));
        NftTables nft = read(json, Files.readString(RECORDED.resolve("nft.txt")));
        List<HostRule> rules = new PacketPath(nft.tables(Set.of())).rules();
        assertEquals(List.of(), nft.unreadable());
        return rules;
    }
}
