package org.waymark.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.firewall.MarkRule;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/**
 * Has packets bring along the marks of their connections, where configuration and kernel allow it. It saves time, but is not
 * needed: what a packet of another zone than the first brings is a 0, which is looked up like every mark without the rule.
 */
final class OwnRule {
    private static final Logger LOG = LoggerFactory.getLogger(OwnRule.class);

    private OwnRule() {}

    /** The rule, in force before the first packet comes; or nothing, after the log has said why. */
    static Optional<MarkRule> add(Configuration configuration) {
        Marking marking = configuration.marking();
        if (marking.source() != Marking.Source.CONNTRACK || !marking.ownRule()) {
            return Optional.empty();
        }
        String table = "waymark-" + ProcessHandle.current().pid();
        Set<Integer> ports = configuration.listen().addresses().stream()
                .map(InetSocketAddress::getPort)
                .collect(Collectors.toCollection(TreeSet::new));
        try (Socket probe = Socket.udp()) {
            probe.receiveMark();
            return Optional.of(MarkRule.add(table, ports, marking.zones().get(0)));
        } catch (LinuxException e) {
            LOG.info(
                    "Each query's mark is asked of conntrack, because the rule that has packets bring it along (mark.own-rule)"
                            + " takes Linux 5.19 with nf_tables, and can't be added: {}",
                    e.errno());
            return Optional.empty();
        }
    }
}
