package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    @ParameterizedTest
    @CsvSource({
        "mark, mark, 0",
        "mark, marks, 1",
        "mask, mark, 1",
        "mrak, mark, 1",
        "'', mark, 4",
        "tcp_idle, tcp-idle, 1",
        "kitten, sitting, 3",
    })
    void countsSlips(String a, String b, int slips) {
        assertEquals(slips, Spelling.distance(a, b));
        assertEquals(slips, Spelling.distance(b, a));
    }

    @Test
    void findsTheNearestWordOnlyWhenOneIsNear() {
        List<String> words = List.of("tcp-connections", "tcp-connections-per-client", "log");

        assertEquals(Optional.of("tcp-connections"), Spelling.nearest("tcp_connection", words));
        assertEquals(Optional.of("tcp-connections-per-client"), Spelling.nearest("tcp-connections-client", words));
        assertEquals(Optional.of("log"), Spelling.nearest("lgo", words));
        assertEquals(Optional.empty(), Spelling.nearest("dns", words));
    }
}
