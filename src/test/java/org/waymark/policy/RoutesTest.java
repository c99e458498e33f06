package org.waymark.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.Header;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;

class RoutesTest {
    private static final MarkMask ANY = MarkMask.parse("0/0");
    private static final Rule BY_DOMAIN = ruleTo(Rule.BY_DOMAIN);

    private static final List<String> GROUPS = List.of("default", "corp", "vpn");

    private final Routes routes = new Routes(
            3, Map.of(DomainName.parse("corp.example"), to(1), DomainName.parse("public.corp.example"), to(0)));

    @Test
    void leadWhereTheLongestDomainSays() {
        assertEquals("corp", way(BY_DOMAIN, "corp.example"));
        assertEquals("corp", way(BY_DOMAIN, "www.CORP.example"));
        assertEquals("default", way(BY_DOMAIN, "www.public.corp.example"));
        assertEquals("default", way(BY_DOMAIN, "notcorp.example"));
        assertEquals("default", way(BY_DOMAIN, "."));
    }

    @Test
    void leadWhereTheRuleSaysWhateverTheDomain() {
        Rule vpn = ruleTo(2);

        assertEquals("vpn", way(vpn, "www.corp.example"));
        assertEquals("vpn", way(vpn, "www.example"));
        assertEquals("default", way(ruleTo(0), "www.corp.example"));
    }

    @Test
    void leadToTheFirstGroupWithoutAQuestion() {
        assertEquals("default", way(BY_DOMAIN, WireMessage.of(new byte[Header.LENGTH])));
    }

    private static Routes.Domain to(int group) {
        return new Routes.Domain(group, ANY, List.of());
    }

    private static Rule ruleTo(int group) {
        return new Rule(1, ANY, null, ANY, group, Action.FORWARD, List.of(), false, List.of(), false, 0);
    }

    private String way(Rule rule, String name) {
        ByteBuffer wire = DomainName.parse(name).wire();
        int offset = 5;
        ByteBuffer buffer = ByteBuffer.allocate(offset + Header.LENGTH + wire.remaining() + 4);
        buffer.put(offset + 5, (byte) 1).put(offset + Header.LENGTH, wire, 0, wire.remaining());
        WireMessage query = new WireMessage().at(buffer, offset, buffer.capacity() - offset);
        new QueryReader().read(query);
        return way(rule, query);
    }

    private String way(Rule rule, WireMessage query) {
        Policy policy = new Policy(-1, false, 0, List.of(rule), routes);
        return GROUPS.get(policy.decide(ConnectionMark.known(1), query).group());
    }
}
