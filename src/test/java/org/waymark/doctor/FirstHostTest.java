package org.waymark.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstHostTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "192.0.2.0/24, 192.0.2.1",
        "192.0.2.9-192.0.2.12, 192.0.2.9",
        "fd00:111::137, fd00:111:0:0:0:0:0:137",
        "fd00:111::/64, fd00:111:0:0:0:0:0:1",
        "0.0.0.0/0,",
        "::/0,",
        "lan,"
    })
    void isTheOneThatARuleStandsFor(String text, String first) {
        assertEquals(first, FirstHost.of(text).map(InetAddress::getHostAddress).orElse(null));
    }
}
