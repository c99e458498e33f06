package org.waymark.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SVCBBase;
import org.xbill.DNS.Section;

/**
 * The addresses that a client may connect to because of an answer: those of the name that was asked for, and of the names to which its
 * aliases lead. What else is in the message is not believed.
 *
 * @param addresses IPv4 and IPv6 addresses, of A and AAAA records, and the hints of SVCB and HTTPS records (RFC 9460)
 * @param ttlSeconds how long the client may keep the one that lasts longest, in seconds
 */
public record AnswerAddresses(List<InetAddress> addresses, int ttlSeconds) {
    private static final int ALIASES = 64;

    private static final AnswerAddresses NONE = new AnswerAddresses(List.of(), 0);

    public AnswerAddresses {
        addresses = List.copyOf(addresses);
    }

    /**
     * @param answer at least a header
     * @return its addresses; empty if it can't be read
     */
    public static Optional<AnswerAddresses> of(WireMessage answer) {
        try {
            Message message = new Message(answer.view());
            Record question = message.getQuestion();
            List<Record> records = message.getSection(Section.ANSWER);
            if (records.isEmpty()) {
                return Optional.of(NONE);
            }
            return question == null
                    ? Optional.empty()
                    : Optional.of(of(namesFrom(question.getName(), records), records));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** The name that was asked for, and all that aliases lead to from it, whatever order the records have. */
    private static Set<Name> namesFrom(Name asked, List<Record> records) {
        Set<Name> names = new HashSet<>(Set.of(asked));
        boolean hasMore = true;
        for (int i = 0; i < ALIASES && hasMore; i++) {
            hasMore = false;
            for (Record alias : records) {
                if (alias instanceof CNAMERecord cname && names.contains(cname.getName())) {
                    hasMore |= names.add(cname.getTarget());
                }
            }
        }
        return names;
    }

    private static AnswerAddresses of(Set<Name> names, List<Record> records) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        long ttl = 0;
        for (Record each : records) {
            List<? extends InetAddress> ofRecord = names.contains(each.getName()) ? of(each) : List.of();
            if (!ofRecord.isEmpty()) {
                addresses.addAll(ofRecord);
                ttl = Math.max(ttl, each.getTTL());
            }
        }
        return new AnswerAddresses(List.copyOf(addresses), (int) Math.min(ttl, Integer.MAX_VALUE));
    }

    private static List<? extends InetAddress> of(Record each) {
        if (each instanceof ARecord ipv4) {
            return List.of(ipv4.getAddress());
        } else if (each instanceof AAAARecord ipv6) {
            return List.of(ipv6.getAddress());
        } else if (each instanceof SVCBBase service) {
            return hints(service);
        }
        return List.of();
    }

    private static List<InetAddress> hints(SVCBBase service) {
        List<InetAddress> hints = new ArrayList<>();
        try {
            if (service.getSvcParamValue(SVCBBase.IPV4HINT) instanceof SVCBBase.ParameterIpv4Hint ipv4) {
                hints.addAll(ipv4.getAddresses());
            }
            if (service.getSvcParamValue(SVCBBase.IPV6HINT) instanceof SVCBBase.ParameterIpv6Hint ipv6) {
                hints.addAll(ipv6.getAddresses());
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("hints of a wrong length", e);
        }
        return hints;
    }
}
