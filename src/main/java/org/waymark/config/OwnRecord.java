package org.waymark.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;

/**
 * A section {@code [[record]]}: a record of a name that is answered here.
 *
 * @param name the name; an asterisk as its first label stands for any name below
 * @param record the answer; records of the same name and type are answered together
 */
public record OwnRecord(DomainName name, ResourceRecord record) {
    private static final String KEY = "record";
    private static final String NAME = "name";
    private static final String TYPE = "type";
    private static final String VALUE = "value";

    /**
     * Reads every {@code [[record]]} of a file.
     *
     * @param withHosts whether hosts files may have more names
     */
    static List<OwnRecord> allFrom(Section file, boolean withHosts) {
        Map<OwnRecord, Section> records = new LinkedHashMap<>();
        Map<DomainName, List<OwnRecord>> byName = new HashMap<>();
        for (Section section : file.sections(KEY)) {
            from(section).ifPresent(own -> {
                List<OwnRecord> ofName = byName.computeIfAbsent(own.name, absent -> new ArrayList<>(1));
                own.checkAgainst(ofName, section);
                ofName.add(own);
                records.put(own, section);
            });
        }
        if (!withHosts) {
            records.forEach((own, section) -> own.warnIfAliasOfNothing(section, records.keySet()));
        }
        return List.copyOf(records.keySet());
    }

    private static Optional<OwnRecord> from(Section section) {
        Optional<DomainName> name = section.required(
                NAME, Kind.text("a name such as \"portal.example\" or \"*.portal.example\"", DomainName::parse));
        Duration ttl = section.value("ttl", Kind.duration("0s", "168h"), "5m");
        Optional<ResourceRecord> record = recordOf(section, ttl);
        return name.isPresent() && record.isPresent()
                ? Optional.of(new OwnRecord(name.get(), record.get()))
                : Optional.empty();
    }

    private static Optional<ResourceRecord> recordOf(Section section, Duration ttl) {
        Optional<Integer> type = section.required(
                TYPE, Kind.text("a type such as \"A\", \"AAAA\", \"CNAME\" or \"HTTPS\"", ResourceRecord::parseType));
        String allowed = "what a zone file has after the type";
        if (type.isEmpty()) {
            section.required(VALUE, Kind.text(allowed, text -> text));
            return Optional.empty();
        }
        return section.required(VALUE, Kind.text(allowed, text -> ResourceRecord.parse(type.get(), text, ttl)));
    }

    /** Checks this record against those above with the same name: an alias has no other records (RFC 1034 section 3.6.2). */
    private void checkAgainst(List<OwnRecord> above, Section section) {
        for (OwnRecord other : above) {
            if (other.equals(this)) {
                section.wrong(VALUE, "\"" + name + "\" has this record above (once is enough)");
            } else if (other.isAlias() || isAlias()) {
                section.wrong(TYPE, "\"" + name + "\" has a record above: where there is a CNAME, it is the only one");
            }
        }
    }

    private boolean isAlias() {
        return record.type() == ResourceRecord.CNAME;
    }

    private void warnIfAliasOfNothing(Section section, Collection<OwnRecord> records) {
        if (!isAlias()) {
            return;
        }
        DomainName target = record.target();
        boolean known = records.stream()
                .map(OwnRecord::name)
                .anyMatch(other -> other.equals(target)
                        || other.isWildcard() && other.parent().covers(target));
        if (!known) {
            section.warn(VALUE, "\"" + target + "\" has no record here: clients get the alias and no address");
        }
    }
}
