package org.waymark.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.cache.Kept;
import org.waymark.cache.Views;
import org.waymark.config.Cache;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.control.CommandException;
import org.waymark.dns.DomainName;

/** Which answers the conditions of {@code waymark cache} and {@code waymark flush} mean. */
class KeptFilterTest {
    private static final int ALL_BITS = 0xffff_ffff;

    private final Views views = new Views();
    private final int main = views.number("default", "192.0.2.53", ALL_BITS);
    private final int vpn = views.number("vpn", "192.0.2.54", ALL_BITS);
    private Configuration configuration;

    @BeforeEach
    void configure(@TempDir Path folder) throws IOException, ConfigurationException {
        configuration = Configuration.read(Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                name = "default"
                servers = ["192.0.2.53"]
                [[upstream]]
                name = "vpn"
                servers = ["192.0.2.54"]
                """));
    }

    /** An answer of a view; it is new, and good for a minute. */
    static Kept kept(int group, int mark, String name) {
        ByteBuffer itsWire = DomainName.parse(name).wire();
        byte[] wire = new byte[itsWire.remaining()];
        itsWire.get(wire);
        return new Kept(group, mark, wire, 1, 1, 0x100, 0, Duration.ofSeconds(1), Duration.ofMinutes(1), 60);
    }

    private KeptFilter filter(Map<String, Object> arguments) throws CommandException {
        return KeptFilter.from(new Arguments(arguments), configuration);
    }

    private boolean matches(Map<String, Object> arguments, Kept kept, int shareMask) throws CommandException {
        return filter(arguments).test(views, cache(shareMask, Duration.ZERO)).test(kept);
    }

    private static Cache cache(int shareMask, Duration stale) {
        return new Cache(1 << 20, shareMask, Duration.ZERO, Duration.ofDays(1), stale, false, List.of());
    }

    @Test
    void meansWhatMayStillBeGiven() throws CommandException {
        Kept old = new Kept(main, 0, new byte[1], 1, 1, 0, 0, Duration.ofMinutes(3), Duration.ofMinutes(2), 60);

        assertFalse(filter(Map.of()).test(views, cache(ALL_BITS, Duration.ZERO)).test(old));
        assertTrue(filter(Map.of())
                .test(views, cache(ALL_BITS, Duration.ofHours(1)))
                .test(old));
    }

    @Test
    void meansANameAndOnlyIfThatIsSaidThoseBelowIt() throws CommandException {
        Kept itself = kept(main, 137, "corp.example");
        Kept below = kept(main, 137, "www.corp.example");
        Map<String, Object> withThose = Map.of("name", "corp.example.", "below", true);

        assertTrue(matches(Map.of("name", "CORP.example"), itself, ALL_BITS));
        assertFalse(matches(Map.of("name", "corp.example"), below, ALL_BITS));
        assertTrue(matches(withThose, itself, ALL_BITS));
        assertTrue(matches(withThose, below, ALL_BITS));
        assertFalse(matches(withThose, kept(main, 137, "notcorp.example"), ALL_BITS));
    }

    @ParameterizedTest
    @CsvSource({
        "137, 0xffffffff, 137, true",
        "0x89, 0xffffffff, 138, false",
        "0x100/0xf00, 0xffffffff, 0x1ff, true",
        "0x100/0xf00, 0xffffffff, 0x2ff, false",
        "0x1ff, 0xf00, 0x100, true",
        "0x2ff, 0xf00, 0x100, false",
        "137, 0, 0, true"
    })
    void meansAllAnswersThatQueriesWithTheMarkGet(String wanted, String shareMask, String mark, boolean matches)
            throws CommandException {
        int mask = Long.decode(shareMask).intValue();

        assertEquals(matches, matches(Map.of("mark", wanted), kept(main, Integer.decode(mark), "a.example"), mask));
    }

    /** A program whose variable is not set does not mean everything. */
    @ParameterizedTest
    @ValueSource(strings = {"name", "mark", "group"})
    void aConditionWithoutAValueIsRefused(String condition) {
        Map<String, Object> unset = Collections.singletonMap(condition, null);

        CommandException refused = assertThrows(CommandException.class, () -> filter(unset));
        assertEquals(condition + ": null is neither text nor a number nor true or false", refused.getMessage());
    }

    @Test
    void meansAGroupThatIsStillInForce() throws CommandException {
        Kept former = kept(vpn, 137, "a.example");
        assertTrue(matches(Map.of("group", "vpn"), former, ALL_BITS));
        assertFalse(matches(Map.of("group", "default"), former, ALL_BITS));

        views.number("vpn", "192.0.2.55", ALL_BITS);

        assertFalse(matches(Map.of("group", "vpn"), former, ALL_BITS));
        assertFalse(matches(Map.of("name", "a.example"), former, ALL_BITS));
    }

    @Test
    void allConditionsMustHold() throws CommandException {
        Map<String, Object> all = Map.of("name", "a.example", "mark", 137, "group", "vpn");

        assertTrue(matches(all, kept(vpn, 137, "a.example"), ALL_BITS));
        Stream.of(kept(main, 137, "a.example"), kept(vpn, 138, "a.example"), kept(vpn, 137, "b.example"))
                .forEach(other -> assertFalse(uncheckedMatches(all, other), other::toString));
    }

    private boolean uncheckedMatches(Map<String, Object> arguments, Kept kept) {
        try {
            return matches(arguments, kept, ALL_BITS);
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isEverythingWithoutACondition() throws CommandException {
        assertTrue(filter(Map.of()).isEverything());
        assertFalse(filter(Map.of("group", "vpn")).isEverything());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name  | a..b  | name: "a..b" is not a domain name: a..b: empty label
                    mark  | x     | mark: "x" is not a mark such as 137, 0x89 or 0211
                    group | nsa   | group: there is no group "nsa" (allowed: default, vpn)
                    below | true  | below: needs a name, whose names below are meant
                    below | maybe | below: "maybe" is not true or false
                    """, quoteCharacter = '`')
    void saysWhatIsWrongAndWhatIsKnown(String argument, String value, String problem) {
        CommandException wrong = assertThrows(CommandException.class, () -> filter(Map.of(argument, value)));

        assertTrue(
                wrong.getMessage().startsWith(problem.replaceFirst(": a\\.\\.b: empty label", "")), wrong::getMessage);
    }
}
