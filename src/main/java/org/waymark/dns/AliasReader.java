package org.waymark.dns;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** Reads the names to which an answer leads on from the name that was asked for. */
public final class AliasReader {
    private AliasReader() {}

    /**
     * @param answer at least a header
     * @return the targets of all CNAME records in its answer section; empty if it can't be read
     */
    public static Optional<List<DomainName>> targets(WireMessage answer) {
        try {
            return Optional.of(new Message(answer.view())
                    .getSection(Section.ANSWER).stream()
                            .filter(CNAMERecord.class::isInstance)
                            .map(record -> DomainName.of(((CNAMERecord) record).getTarget()))
                            .toList());
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
