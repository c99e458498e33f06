package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalTest {
    private static final String VALUE = " (allowed: what a zone file has after the type)";

    @Test
    void takesAbsolutePathsAlone() {
        assertEquals(
                List.of("waymark.toml:4:10: local.hosts: \"hosts\" is not an absolute path"
                        + " (allowed: the absolute path of a hosts file such as \"/etc/hosts\")"),
                Text.faults(Text.LEAST + "[local]\nhosts = [\"hosts\"]\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    A    | 192.0.2.300
                    MX   | mail.example
                    AAAA | 192.0.2.1
                    """)
    void saysWhichValueIsNoneOfItsType(String type, String value) {
        List<String> faults = Text.faults(record("a.example", type, value));

        assertEquals(1, faults.size());
        String start = "waymark.toml:6:9: record.value: \"" + value + "\" is not a value of type " + type + ": ";
        assertEquals(start, faults.get(0).substring(0, start.length()));
        assertEquals(VALUE, faults.get(0).substring(faults.get(0).length() - VALUE.length()));
    }

    @Test
    void saysWhatIsNoNameAndNoType() {
        assertEquals(
                List.of(
                        "waymark.toml:4:8: record.name: \"a..b\" is not a domain name: '.': empty label"
                                + " (allowed: a name such as \"portal.example\" or \"*.portal.example\")",
                        "waymark.toml:5:8: record.type: \"ANY\" is not a record type"
                                + " (allowed: a type such as \"A\", \"AAAA\", \"CNAME\" or \"HTTPS\")"),
                Text.faults(record("a..b", "ANY", "192.0.2.1")).stream()
                        .map(fault -> fault.replaceFirst("(domain name: ).*( \\(allowed)", "$1'.': empty label$2"))
                        .toList());
    }

    @Test
    void saysWhatIsMissing() {
        assertEquals(
                List.of(
                        "waymark.toml:3:1: record.name: is missing"
                                + " (required: a name such as \"portal.example\" or \"*.portal.example\")",
                        "waymark.toml:3:1: record.type: is missing"
                                + " (required: a type such as \"A\", \"AAAA\", \"CNAME\" or \"HTTPS\")",
                        "waymark.toml:3:1: record.value: is missing (required: what a zone file has after the type)"),
                Text.faults(Text.LEAST + "[[record]]\n"));
    }

    @Test
    void letsAnAliasHaveNothingElse() {
        assertEquals(
                List.of("waymark.toml:9:8: record.type: \"a.example\" has a record above:"
                        + " where there is a CNAME, it is the only one"),
                Text.faults(record("a.example", "A", "192.0.2.1") + section("A.example", "CNAME", "b.example")));
    }

    @Test
    void takesEachRecordOnce() {
        assertEquals(
                List.of("waymark.toml:10:9: record.value: \"a.example\" has this record above (once is enough)"),
                Text.faults(record("a.example", "A", "192.0.2.1") + section("a.example", "A", "192.0.2.1")));
    }

    @Test
    void warnsOfAnAliasOfWhatIsNotAnsweredHere() throws ConfigurationException {
        String aliases = record("a.example", "CNAME", "b.example")
                + section("c.example", "CNAME", "x.d.example")
                + section("*.d.example", "A", "192.0.2.1");

        assertEquals(
                List.of("waymark.toml:6:9: record.value:"
                        + " \"b.example\" has no record here: clients get the alias and no address"),
                warnings(aliases));
        assertEquals(List.of(), warnings(aliases + "[local]\nhosts = [\"/etc/hosts\"]\n"));
    }

    private static List<String> warnings(String toml) throws ConfigurationException {
        return Text.read(toml).warnings().stream().map(Fault::toString).toList();
    }

    private static String record(String name, String type, String value) {
        return Text.LEAST + section(name, type, value);
    }

    private static String section(String name, String type, String value) {
        return "[[record]]\nname = '" + name + "'\ntype = '" + type + "'\nvalue = '" + value + "'\n";
    }
}
