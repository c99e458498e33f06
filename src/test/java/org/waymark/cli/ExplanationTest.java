package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.dns.DomainName;

/** Who shares the answer to a query, besides where it goes. */
class ExplanationTest {
    private static final String WAY =
            "mark 0x1ff (511), www.example: policy 1 (0x100/0xf00): to the group vpn with the mark 0x1aa (426)";

    @TempDir
    private Path folder;

    private String explain(String cache, int mark, String name) throws IOException, ConfigurationException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                name = "default"
                servers = ["192.0.2.53"]
                [[upstream]]
                name = "vpn"
                servers = ["192.0.2.54"]
                [[policy]]
                mark = "0x100/0xf00"
                upstream = "vpn"
                set-mark = "0xaa/0xff"
                [[policy]]
                mark = "0x200/0xf00"
                action = "refuse"
                [cache]
                """ + cache);
        return new Explanation(Configuration.read(file)).of(mark, name == null ? null : DomainName.parse(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    share = 'mark'  |  with the mark 0x1aa (426)
                    share = 'group' |
                    share = 0xf00   |  whose mark matches 0x100/0xf00
                    """, quoteCharacter = '`')
    void saysWhoSharesTheAnswer(String cache, String whose) throws IOException, ConfigurationException {
        assertEquals(
                WAY + "\nthe answer may come from the cache, shared by all queries to the group vpn"
                        + (whose == null ? "" : " " + whose),
                explain(cache, 0x1ff, "www.example"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    size = '0'           | cache.size is "0"
                    never = ['example']  | cache.never has example
                    """, quoteCharacter = '`')
    void saysWhyAnAnswerIsNotKept(String cache, String why) throws IOException, ConfigurationException {
        assertEquals(WAY + "\nthe answer is not kept: " + why, explain(cache, 0x1ff, "www.example"));
    }

    @Test
    void saysNothingOfTheCacheWhereItIsNotAsked() throws IOException, ConfigurationException {
        assertEquals(
                "mark 0x200 (512), www.example: policy 2 (0x200/0xf00): refused", explain("", 0x200, "www.example"));
        assertEquals(1, explain("", 0, "localhost").lines().count(), "answered here");
        assertEquals(WAY.replace(", www.example", ""), explain("", 0x1ff, null));
    }

    @Test
    void saysWhichListHasTheName() throws IOException, ConfigurationException {
        Path list = Files.writeString(folder.resolve("ads.list"), "ads.example\n");
        Path file = Files.writeString(folder.resolve("lists.toml"), """
                [[upstream]]
                servers = ["192.0.2.53"]
                [[policy]]
                names = ["shop.example", "file:%s"]
                action = "nxdomain"
                """.formatted(list));
        Explanation explanation = new Explanation(Configuration.read(file));

        assertEquals(
                "mark 0x1 (1), www.ads.example: policy 1 (its names, from " + list
                        + "): answered as if it did not exist",
                explanation.of(1, DomainName.parse("www.ads.example")));
        assertEquals(
                "mark 0x1 (1), shop.example: policy 1 (its names): answered as if it did not exist",
                explanation.of(1, DomainName.parse("shop.example")));
    }
}
