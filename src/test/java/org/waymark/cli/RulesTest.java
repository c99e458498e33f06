package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RulesTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int rules(String marking, String... options) throws IOException {
        Path file = Files.writeString(
                folder.resolve("waymark.toml"), marking + "\n[[upstream]]\nservers = [\"9.9.9.9\"]\n");
        List<String> arguments = new ArrayList<>(List.of("rules", "--config", file.toString()));
        arguments.addAll(List.of(options));
        CommandLine waymark = Waymark.commandLine();
        waymark.setOut(new PrintWriter(out, true));
        waymark.setErr(new PrintWriter(err, true));
        return waymark.execute(arguments.toArray(String[]::new));
    }

    private String complaint() {
        return err.toString()
                .lines()
                .findFirst()
                .orElse("")
                .replaceFirst("^Invalid value for option '[^']*'[^:]*: ", "");
    }

    @Test
    void printsAScript() throws IOException {
        assertEquals(0, rules("", "--client", "192.168.111.137=0x89"), err::toString);

        assertTrue(out.toString().startsWith("#!/bin/sh\n"), out::toString);
        assertTrue(
                out.toString().contains("\n        meta mark 0 ip saddr 192.168.111.137 meta mark set 137\n"),
                out::toString);
        assertEquals("", err.toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " -> ", textBlock = """
            --format=ipfw                -> "ipfw" is unknown (allowed: nft or iptables)
            --client=192.168.111.137     -> "192.168.111.137" names no mark (allowed: such as 192.168.111.137=137)
            --client=192.168.111.300=1   -> "192.168.111.300" is not an IP address (host names are not resolved)
            --client=192.168.111.137/24=1 -> "192.168.111.137/24" is not a network: it has bits set after its prefix: the network is 192.168.111.0/24
            --client=192.168.111.137=x   -> "x" is not a mark such as 137, 0x89 or 0211
            --client=192.168.111.137=0   -> "192.168.111.137=0": the mark must not be 0, which is the mark of clients that no rule has marked (allowed: 1 to 0xffffffff)
            --mac=02:00:00:00:01=7       -> "02:00:00:00:01" is not a hardware address (allowed: six bytes in hexadecimal digits, with colons, such as 02:00:00:00:01:37)
            --interface=a234567890123456=7 -> "a234567890123456" is not the name of an interface (allowed: 1 to 15 letters, digits, dots, hyphens and underscores; the first is a letter, a digit or an underscore)
            --redirect=lan/1             -> "lan/1" is not the name of an interface (allowed: 1 to 15 letters, digits, dots, hyphens and underscores; the first is a letter, a digit or an underscore)
            --route=137                  -> "137" names no link (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=0=wg0                -> "0": the mark must not be 0, because the host's own packets and the answers to clients have it (allowed: 1 to 0xffffffff)
            --route=0x1ff/0xff=wg0       -> 0x1ff/0xff matches no mark: the value has bits outside the mask (allowed: such as 0x100/0xf00)
            --route=7=wg0,10.98.0.0/24   -> "10.98.0.0/24" is not the address of a gateway (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=wg0,127.0.0.1      -> "127.0.0.1" is not the address of a gateway (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=wg0,224.0.0.1      -> "224.0.0.1" is not the address of a gateway (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=wg0,255.255.255.255 -> "255.255.255.255" is not the address of a gateway (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=wg0,::             -> "::" is not the address of a gateway (allowed: such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=lo                 -> nothing leaves by lo (allowed: a link to other hosts, such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53)
            --route=7=wg0,10.98.0.53,10.98.0.54 -> "7=wg0,10.98.0.53,10.98.0.54" has two gateways of one IP version (allowed: one of each)
            """)
    void saysWhatIsWrongAndWhatIsAllowed(String option, String complaint) throws IOException {
        assertEquals(2, rules("", option));

        assertEquals(complaint, complaint());
        assertEquals("", out.toString());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiterString = " -> ", textBlock = """
            mask = 0xff       -> --client=192.168.111.137=0x189 -> the mark 0x189 (393) of 192.168.111.137 has bits that Waymark does not carry (allowed: those of mark.mask, 0xff)
            mask = 0xff       -> --route=0x100=wg0 -> no packet has the mark 0x100 (256) of wg0 (allowed: the bits of mark.mask and of policies' set-mark, 0xff)
            answers = true    -> --route=137=wg0 -> with mark.answers = true, answers to clients would leave by wg0, too (set it to false, or write routes of your own that lead to the clients as well)
            """)
    void saysWhatDoesNotFitTheConfiguration(String marking, String option, String complaint) throws IOException {
        assertEquals(2, rules("[mark]\n" + marking, option));

        assertEquals(complaint, complaint());
        assertEquals("", out.toString());
    }

    @Test
    void clientWithTwoMarksIsRefused() throws IOException {
        assertEquals(2, rules("", "--client=10.0.0.1=1", "--client=10.0.0.2=1", "--client=10.0.0.1=2"));

        assertEquals("10.0.0.1 has two marks, 0x1 (1) and 0x2 (2): give it one", complaint());
    }

    @Test
    void markWithTwoRoutesIsRefused() throws IOException {
        assertEquals(2, rules("", "--route=7=wg0", "--route=8=wg0", "--route=0x7/0xffffffff=wan2"));

        assertEquals(
                "the marks 0x7 (7) of wg0 and 0x7/0xffffffff of wan2 share a routing table: give each mark one route",
                complaint());
    }

    @Test
    void redirectionThatLacksAnIpVersionIsSaid() throws IOException {
        assertEquals(0, rules("[listen]\naddresses = [\"[2001:db8::1]:53\"]", "--redirect=lan"));

        assertEquals(
                "Queries over IPv4 are not redirected, and pass by Waymark: it does not listen on IPv4 for other hosts. Add an"
                        + " address to listen.addresses, or drop them.\n",
                err.toString());
    }

    @Test
    void redirectionToLoopbackIsRefused() throws IOException {
        assertEquals(2, rules("[listen]\naddresses = [\"127.0.0.1:53\", \"[::1]:53\"]", "--redirect=lan"));

        assertEquals(
                "nothing can be redirected to Waymark, because it listens only on loopback or link-local addresses (add"
                        + " another to listen.addresses)",
                complaint());
    }

    /** The script is for a shell that root runs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lan;reboot",
                "$(reboot)",
                "`reboot`",
                "lan\nreboot",
                "a'b",
                "a\"b",
                "a b",
                "-x",
                "a\\b",
                "lan|x",
                "lan&",
                "a>b",
                "",
                "#",
                "lan+",
                "*",
                "RULES\nx",
                "läñ"
            })
    void nothingThatAShellOrNftCouldTakeForACommandGetsThrough(String text) throws IOException {
        for (String option : List.of(
                "--redirect=%s",
                "--interface=%s=1",
                "--route=1=%s",
                "--client=%s=1",
                "--mac=%s=1",
                "--client=10.0.0.1=%s",
                "--route=%s=wg0",
                "--route=1=wg0,%s")) {
            assertEquals(2, rules("", option.formatted(text)), option);
            assertEquals("", out.toString(), option);
        }
    }

    @Test
    void everyOptionIsInTheDocument() throws IOException {
        String document = Files.readString(Path.of("docs", "rules.md"));
        Waymark.commandLine().getSubcommands().get("rules").getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(option ->
                        "`" + option.longestName() + (option.arity().max() == 0 ? "" : " " + option.paramLabel()))
                .forEach(option -> assertTrue(
                        document.contains(option) || option.startsWith("`--format"),
                        option + " is not in docs/rules.md"));
    }

    @Test
    void configurationThatIsWrongIsSaid() throws IOException {
        assertEquals(1, rules("[mark]\nmsk = 1"));

        assertTrue(err.toString().contains("mark.msk: is unknown (did you mean mask?)"), err::toString);
    }
}
