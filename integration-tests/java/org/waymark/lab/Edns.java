package org.waymark.lab;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.OPTRecord;

/**
 * The OPT record of an answer, as dnsjava reads it.
 *
 * @param rcode the whole RCODE, to which the header has four bits
 * @param errors the codes of its extended errors (RFC 8914)
 */
public record Edns(int rcode, int payloadSize, int version, boolean dnssecOk, List<Integer> errors) {
    /** Reads it; empty if there is none. */
    public static Optional<Edns> of(byte[] answer) {
        try {
            org.xbill.DNS.Message message = new org.xbill.DNS.Message(answer);
            OPTRecord opt = message.getOPT();
            return Optional.ofNullable(opt)
                    .map(found -> new Edns(
                            message.getRcode(),
                            found.getPayloadSize(),
                            found.getVersion(),
                            (found.getFlags() & 0x8000) != 0,
                            found.getOptions().stream()
                                    .filter(ExtendedErrorCodeOption.class::isInstance)
                                    .map(option -> ((ExtendedErrorCodeOption) option).getErrorCode())
                                    .toList()));
        } catch (IOException e) {
            throw new AssertionError("no sound message", e);
        }
    }
}
