package org.waymark.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"inet#garden#open", "ip#a_b#c-d", "ip6#f.1#s/2"})
    void textIsGivenBackAsItWas(String text) {
        assertEquals(text, SetName.parse(text).toString());
    }

    @Test
    void commandsOfNftHaveSpaces() {
        assertEquals("inet garden open", SetName.parse("inet#garden#open").forNft());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "garden#open | needs family, table and set",
                "inet#a#b#c | needs family, table and set",
                "bridge#garden#open | \"bridge\" is not a family",
                "INET#garden#open | \"INET\" is not a family",
                "inet##open | \"\" is not the name of a table",
                "inet#garden#o pen | \"o pen\" is not the name of a set",
                "inet#garden#1st | \"1st\" is not the name of a set"
            })
    void whatIsNotANameIsRefusedInWords(String text, String words) {
        String told = assertThrows(IllegalArgumentException.class, () -> SetName.parse(text))
                .getMessage();
        assertTrue(told.contains(words), told);
    }
}
