package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountRuleTest {
    @Test
    void twoAccountsOfOneNameAreAMistake() {
        assertEquals(
                List.of(
                        "waymark.toml:8:8: account.name: \"room 1\" is another account's (give each a name of its own)"),
                Text.faults(Text.LEAST
                        + "[[account]]\nmark = 1\nname = \"room 1\"\n[[account]]\nmark = 2\nname = \"room 1\"\n"));
    }

    @Test
    void whoIsToldIsACommandOrAUrl() {
        assertEquals(
                List.of("waymark.toml:6:10: account.notify: \"tell\" is not an absolute path"
                        + " (allowed: the absolute path of a command, or a URL that begins with http:// or https://)"),
                Text.faults(Text.LEAST + "[[account]]\nmark = 1\nname = \"room 1\"\nnotify = \"tell\"\n"));
    }
}
