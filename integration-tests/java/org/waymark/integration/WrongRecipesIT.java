package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recipe that is wrong is noticed: {@link RecipesIT} can fail. */
@EnabledIf(value = "org.waymark.lab.Terminal#isPossible", disabledReason = "no files of its own in this chroot")
class WrongRecipesIT {
    @AutoClose
    private static final RecipeLab LAB = new RecipeLab(Duration.ofSeconds(1));

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a command fails, or is not there
                "    gateway# false",
                "    client$ no-such-program",
                // something else is printed than shown
                "    gateway# echo right\n    wrong",
                "    gateway# echo right; echo more\n    right",
                "    gateway# echo unshown",
                "    client$ echo a; echo b\n    b\n    a",
                "    client$ echo a 1 b\n    a ... c",
                "    client$ echo a\n    a\n    ...\n    b",
                "    gateway# cat /etc/hostname\n    no such host",
                // a block says neither where to run it nor which file it is
                "    echo nobody runs this",
                "A file:\n\n```toml\n[log]\n```",
            })
    void wrongRecipeIsNoticedWithItsLine(String markdown) {
        AssertionError fault =
                assertThrows(AssertionError.class, () -> LAB.follow(Recipe.of("wrong.md", "# Wrong\n\n" + markdown)));
        assertTrue(fault.getMessage().matches("(?s)wrong\\.md:[35]: .*"), fault::getMessage);
    }

    @Test
    void rightRecipeIsFollowed() {
        String markdown = """
                Into `/etc/two words.conf`:

                ```
                first
                second
                ```

                    gateway# cat \\
                        '/etc/two words.conf'
                    first
                    ...
                    sec...
                    gateway# name=kept
                    gateway# echo $name
                    kept
                    client$ apt-get install dnsmasq
                """;
        assertEquals(List.of("apt-get install dnsmasq"), LAB.follow(Recipe.of("right.md", markdown)));
    }
}
