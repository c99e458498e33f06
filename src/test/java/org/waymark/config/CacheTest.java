package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    '0'       | 0
                    '0B'      | 0
                    '1MiB'    | 1048576
                    '1024KiB' | 1048576
                    '64GiB'   | 68719476736
                    """, quoteCharacter = '`')
    void takesNoMemoryOrAMebibyteAndMore(String size, long bytes) throws ConfigurationException {
        assertEquals(bytes, read("size = " + size).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0            | is the integer 0
                    '1B'         | "1B" is too small
                    '1023KiB'    | "1023KiB" is too small
                    '65GiB'      | "65GiB" is too large
                    '16'         | "16" is not a size
                    'off'        | "off" is not a size
                    """, quoteCharacter = '`')
    void saysWhichSizesThereAre(String size, String problem) {
        assertEquals(
                List.of(
                        "waymark.toml:4:8: cache.size: " + problem
                                + " (allowed: \"0\", or a size from \"1MiB\" to \"64GiB\" with its unit: B, KiB, MiB, GiB or TiB)"),
                faults("size = " + size));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'mark'       | 0xffffffff
                    'group'      | 0
                    '0xf00'      | 0xf00
                    0xf00        | 0xf00
                    0xffffffff   | 0xffffffff
                    """, quoteCharacter = '`')
    void readsWhoSharesAnswersAsAMask(String share, String mask) throws ConfigurationException {
        assertEquals(Long.decode(mask).intValue(), read("share = " + share).shareMask());
    }

    @Test
    void aMaskOfBitsThatNoPacketHasLetsAllShare() throws ConfigurationException {
        assertEquals(
                List.of(
                        "cache.share: is the same as \"group\", because no packet to a server has a mark with these bits"),
                Text.warnings("[mark]\nmask = '0xf0'\n" + section("share = '0xf'")));
        assertEquals(List.of(), Text.warnings("[mark]\nmask = '0xf0'\n" + section("share = '0x1f'")));
    }

    @Test
    void saysWhoMayShareAnswers() {
        assertEquals(
                List.of("waymark.toml:4:9: cache.share: \"client\" is not a mark such as 137, 0x89 or 0211"
                        + " (allowed: \"mark\", \"group\", or a mask of marks such as \"0xf00\")"),
                faults("share = 'client'"));
    }

    @Test
    void letsAnswersServeNoShorterAtMostThanAtLeast() {
        assertEquals(
                List.of("waymark.toml:5:11: cache.max-ttl: is shorter than min-ttl, which is 120s"),
                faults("min-ttl = '2m'\nmax-ttl = '1m'"));
    }

    @Test
    void takesEachNameOnceAndWithoutAnAsterisk() {
        assertEquals(
                List.of(
                        "waymark.toml:4:25: cache.never: the string \"Example.lan.\" is the same as"
                                + " the string \"example.lan\" (once is enough)",
                        "waymark.toml:4:41: cache.never: \"*.example.lan\" needs no asterisk, because it covers the names"
                                + " below: write \"example.lan\" (allowed: a domain such as \"example.lan\")",
                        "waymark.toml:4:58: cache.never: \".\" is every name: to keep no answers, write cache.size = \"0\""
                                + " (allowed: a domain such as \"example.lan\")"),
                faults("never = ['example.lan', 'Example.lan.', '*.example.lan', '.']"));
    }

    @Test
    void warnsOfWhatIsNeverUsed() throws ConfigurationException {
        assertEquals(
                List.of("cache.stale: is never used: with cache.size = \"0\" no answers are kept"),
                Text.warnings(section("size = '0'\nstale = '1h'")));
    }

    private static Cache read(String keys) throws ConfigurationException {
        return Text.read(section(keys)).cache();
    }

    private static List<String> faults(String keys) {
        return Text.faults(section(keys));
    }

    private static String section(String keys) {
        return Text.LEAST + "[cache]\n" + keys + "\n";
    }
}
