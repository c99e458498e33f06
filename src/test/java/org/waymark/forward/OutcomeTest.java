package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.waymark.dns.ExtendedError;

class OutcomeTest {
    /** The network that a client is in is judged before there is an outcome. */
    @Test
    void clientsAreToldApartWhatRefusesThem() {
        Set<ExtendedError> errors = Stream.of(
                        ExtendedError.MARK_REFUSED, Outcome.MARK_UNKNOWN.error, ExtendedError.PROHIBITED)
                .collect(Collectors.toSet());

        assertEquals(3, errors.size());
    }
}
