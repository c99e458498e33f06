package org.waymark.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.waymark.programs.IpVersion;

/** From what iptables-nft-save 1.8.9 and ipset 7.17 have written. */
class IptablesTablesTest {
    private static final String SETS = """
            create portal hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x4bed87ef
            add portal 10.1.1.1
            add portal 10.1.1.2 timeout 300
            create two hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1cb3fe48
            """;

    private static List<HostRule> rules(String saved) {
        IptablesProgram iptables = new IptablesProgram(Tool.IPTABLES_NFT, IpVersion.IPV4, "iptables");
        IptablesConditions conditions = new IptablesConditions(new Ipsets(SETS));
        List<RuleTable> tables = new ArrayList<>();
        SavedTable.parse(iptables, saved)
                .forEach(table -> tables.add(IptablesTables.parse(table, conditions, Map.of())));
        return new PacketPath(tables).rules();
    }

    @Test
    void understandsEffectsAndConditions() {
        assertEquals("""
                NoTrack[] IPv4 if PROTOCOL udp if SOURCE_PORT 53
                Zone[number=OptionalInt[5], direction=both] IPv4
                restore ffffffff from ffffffff IPv4
                Return[] IPv4 if OTHER -m conntrack ! --ctorigsrcport 53 if DIRECTION reply
                Accept[] IPv4 if PACKET_MARK not 0x0/0xffffffff
                packet 0x40000/0xff0000 IPv4 if INPUT_INTERFACE tailscale0
                packet 0x89/0xffffffff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if SOURCE 10.1.1.1
                packet 0x100/0x100 IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if SOURCE_MAC 00:11:22:aa:bb:cc
                packet 0x0/0xffffff00 IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if SOURCE 10.1.1.1,10.1.1.2
                packet 0x10/0x1f IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if OTHER -m set --match-set two src,dst
                connection 0x5/0xff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if SOURCE 10.1.1.1-10.1.1.9
                save f0 from ff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if CONNECTION_MARK not 0x10/0xff if OTHER -m addrtype --dst-type LOCAL
                save ff from ff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if OTHER -m rpfilter
                connection 0x0/0xffffff00 IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if STATE new,related if OTHER -m limit --limit 5/min
                packet 0x1/0xffffffff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if OTHER -m socket --transparent
                packet 0x1/0xff IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if PROTOCOL tcp
                Redirect[port=53] IPv4 if SOURCE not 10.0.0.0/8 if INPUT_INTERFACE lan* if PROTOCOL udp if DESTINATION_PORT 53 if PROTOCOL tcp
                packet 0x89/0xffffffff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if SOURCE 10.1.1.1
                packet 0x100/0x100 IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if SOURCE_MAC 00:11:22:aa:bb:cc
                packet 0x0/0xffffff00 IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if SOURCE 10.1.1.1,10.1.1.2
                packet 0x10/0x1f IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if OTHER -m set --match-set two src,dst
                connection 0x5/0xff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if SOURCE 10.1.1.1-10.1.1.9
                save f0 from ff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if CONNECTION_MARK not 0x10/0xff if OTHER -m addrtype --dst-type LOCAL
                save ff from ff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if OTHER -m rpfilter
                connection 0x0/0xffffff00 IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if STATE new,related if OTHER -m limit --limit 5/min
                packet 0x1/0xffffffff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if OTHER -m socket --transparent
                packet 0x1/0xff IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if PROTOCOL tcp
                Redirect[port=53] IPv4 if PROTOCOL tcp if DESTINATION_PORT 53,853,1000-2000 if PROTOCOL tcp
                Redirect[port=5353] IPv4 if PROTOCOL udp if DESTINATION_PORT 53
                Dnat[destination=10.0.0.1:53] IPv4 if PROTOCOL udp if DESTINATION_PORT 53
                Accept[] IPv4 if PROTOCOL icmp if OTHER -m icmp --icmp-type 8
                Drop[] IPv4 if PROTOCOL tcp if OTHER -m tcp --tcp-flags SYN,RST SYN
                Accept[] IPv4 if STATE established
                Drop[] IPv4
                Zone[number=OptionalInt[6], direction=original] IPv4
                Zone[number=OptionalInt.empty, direction=reply] IPv4
                packet 0x7/0xffffffff IPv4 if USER 0-99
                packet 0x7/0xffffffff IPv4 if USER not 0
                packet 0x7/0xffffffff IPv4 if USER not 0
                Masquerade[] IPv4 if PACKET_MARK 0x40000/0xff0000
                Snat[source=10.0.0.1] IPv4 if OUTPUT_INTERFACE eth0
                """, Described.effects(rules("""
                *mangle
                :PREROUTING ACCEPT [0:0]
                :INPUT ACCEPT [0:0]
                :FORWARD ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                :POSTROUTING ACCEPT [0:0]
                :mark - [0:0]
                :ts-preroute - [0:0]
                -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
                -A PREROUTING -m conntrack ! --ctorigsrcport 53 --ctdir REPLY -j RETURN
                -A PREROUTING -m mark ! --mark 0x0 -j ACCEPT
                -A PREROUTING -j ts-preroute
                -A PREROUTING ! -s 10.0.0.0/8 -i lan+ -p udp -m udp --dport 53 -j mark
                -A PREROUTING -p tcp -m multiport --dports 53,853,1000:2000 -g mark
                -A OUTPUT -m owner --uid-owner 0-99 -j MARK --set-xmark 0x7/0xffffffff
                -A OUTPUT -m owner ! --uid-owner 0 -j MARK --set-xmark 0x7/0xffffffff
                -A OUTPUT -m owner ! --uid-owner 0 -j MARK --set-xmark 0x7/0xffffffff
                -A mark -s 10.1.1.1/32 -m comment --comment "the \\"boss\\" $(id)" -j MARK --set-xmark 0x89/0xffffffff
                -A mark -m mac --mac-source 00:11:22:aa:bb:cc -j MARK --set-xmark 0x100/0x100
                -A mark -m set --match-set portal src -j MARK --set-xmark 0x0/0xffffff00
                -A mark -m set --match-set two src,dst -j MARK --set-xmark 0x10/0x1f
                -A mark -m iprange --src-range 10.1.1.1-10.1.1.9 -j CONNMARK --set-xmark 0x5/0xff
                -A mark -m connmark ! --mark 0x10/0xff -m addrtype --dst-type LOCAL -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf0
                -A mark -m rpfilter -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
                -A mark -m conntrack --ctstate NEW,RELATED -m limit --limit 5/min -j CONNMARK --set-xmark 0x0/0xffffff00
                -A mark -m socket --transparent -j MARK --set-xmark 0x1/0xffffffff
                -A mark -p tcp -j TPROXY --on-port 53 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xff
                -A mark -p tcp -j LOG --log-prefix "a b"
                -A mark
                -A mark
                -A ts-preroute -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000
                COMMIT
                *raw
                :PREROUTING ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                -A PREROUTING -p udp -m udp --sport 53 -j NOTRACK
                -A PREROUTING -j CT --zone 5
                -A OUTPUT -j CT --zone-orig 6
                -A OUTPUT -j CT --zone-reply mark
                COMMIT
                *filter
                :INPUT ACCEPT [0:0]
                :FORWARD DROP [0:0]
                :OUTPUT ACCEPT [0:0]
                -A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
                -A INPUT -p tcp -m tcp --tcp-flags SYN,RST SYN -j REJECT --reject-with icmp-port-unreachable
                -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
                COMMIT
                *nat
                :PREROUTING ACCEPT [0:0]
                :INPUT ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                :POSTROUTING ACCEPT [0:0]
                -A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353
                -A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.0.1:53
                -A POSTROUTING -m mark --mark 0x40000/0xff0000 -j MASQUERADE
                -A POSTROUTING -o eth0 -j SNAT --to-source 10.0.0.1
                COMMIT
                """)));
    }

    @Test
    void isDeletedByItsTextIfThatIsUniqueAndSafeInAShell() {
        List<HostRule> rules = rules("""
                *mangle
                :OUTPUT ACCEPT [0:0]
                -A OUTPUT ! -s 10.0.0.0/8 -m comment --comment "web server" -j MARK --set-xmark 0x7/0xffffffff
                -A OUTPUT -j MARK --set-xmark 0x8/0xffffffff
                -A OUTPUT -m comment --comment "$(reboot)" -j MARK --set-xmark 0x9/0xffffffff
                -A OUTPUT -j MARK --set-xmark 0x8/0xffffffff
                COMMIT
                """);

        assertEquals(
                List.of(
                        "iptables -t mangle -D OUTPUT ! -s 10.0.0.0/8 -m comment --comment \"web server\" -j MARK --set-xmark 0x7/0xffffffff",
                        "iptables -t mangle -D OUTPUT 2",
                        "iptables -t mangle -D OUTPUT 3",
                        "iptables -t mangle -D OUTPUT 4"),
                rules.stream().map(HostRule::deletion).toList());
        assertEquals("iptables -t mangle, chain OUTPUT, rule 4", rules.get(3).place());
    }

    @Test
    void knowsProgramsByTheNamesOfTheirChains() {
        List<HostRule> rules = rules("""
                *nat
                :POSTROUTING ACCEPT [0:0]
                :ts-postrouting - [0:0]
                :KUBE-POSTROUTING - [0:0]
                -A POSTROUTING -j ts-postrouting
                -A POSTROUTING -j KUBE-POSTROUTING
                -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
                -A ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE
                -A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
                COMMIT
                """);

        assertEquals(
                List.of(Optional.of("Tailscale"), Optional.of("Kubernetes"), Optional.empty()),
                rules.stream().map(HostRule::program).toList());
        assertEquals(List.of("POSTROUTING", "ts-postrouting"), rules.get(0).path());
    }

    @Test
    void endsAreListedOnlyBeforeWhatTheyEnd() {
        assertEquals("""
                Accept[] IPv4 if INPUT_INTERFACE lan
                Drop[] IPv4 if INPUT_INTERFACE wan
                """, Described.effects(rules("""
                *filter
                :INPUT ACCEPT [0:0]
                :sub - [0:0]
                -A INPUT -i lan -j ACCEPT
                -A INPUT -j sub
                -A INPUT -i wan -j DROP
                -A INPUT -j ACCEPT
                -A sub -i lan2 -j RETURN
                COMMIT
                """)));
    }

    @Test
    void chainsThatCallOneAnotherEndSomewhere() {
        StringBuilder saved = new StringBuilder("*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j c0\n");
        for (int i = 0; i < 20; i++) {
            saved.append(":c%d - [0:0]\n".formatted(i));
            saved.append("-A c%d -j c%d\n".formatted(i, i + 1).repeat(20));
        }
        saved.append(":c20 - [0:0]\n-A c20 -j MARK --set-xmark 0x1/0x1\nCOMMIT\n");

        assertEquals(0, rules(saved.toString()).size());
    }
}
