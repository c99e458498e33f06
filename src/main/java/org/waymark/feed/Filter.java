package org.waymark.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;
import org.waymark.forward.QueryEnd;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;

/** Which queries somebody wants to see. It never changes, and workers ask it. */
public final class Filter {
    /** All of them. */
    public static final Filter ALL = new Filter(List.of());

    private final List<Condition> conditions;

    private interface Condition {
        boolean holds(QueryEnd end);
    }

    private Filter(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    private Filter and(Condition further) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(further);
        return new Filter(all);
    }

    /**
     * @param marks the marks of the clients' connections
     * @return only those with such a mark
     */
    public Filter withMark(MarkMask marks) {
        return and(end -> end.hasReachedPolicy()
                && ConnectionMark.isKnown(end.connectionMark())
                && marks.matches(ConnectionMark.value(end.connectionMark())));
    }

    /**
     * @param client an address; the port does not matter
     * @return only those of this client
     */
    public Filter ofClient(Endpoint client) {
        return and(end -> end.client().isSameHost(client));
    }

    /**
     * @param name a name
     * @return only those for this name and the names below it
     */
    public Filter forName(DomainName name) {
        NameTable<Boolean> names = new NameTable<>(Map.of(name, true));
        return and(end -> {
            WireMessage message = end.message();
            return message.hasQuestion() && names.findLongestSuffix(message.buffer(), message.namePosition()) != null;
        });
    }

    boolean matches(QueryEnd end) {
        for (Condition condition : conditions) {
            if (!condition.holds(end)) {
                return false;
            }
        }
        return true;
    }
}
