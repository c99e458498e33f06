package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Host;
import org.waymark.lab.Waiting;

/** The tests by hand of docs/marks-do-not-arrive.md show whether each rule works. Some wait at the same time, each with hosts of its own. */
@Execution(ExecutionMode.CONCURRENT)
@EnabledIf(value = "org.waymark.lab.Terminal#isPossible", disabledReason = "no files of its own in this chroot")
class MarksDoNotArriveIT {
    private static final String NAME = "marks-do-not-arrive.md";
    /** What a rule does is seen by then also on a busy machine; each test waits for it in vain once. */
    private static final Duration A_MOMENT = Duration.ofSeconds(15);

    private static final String CONFIGURATION = """
            [log]
            queries = true

            [[upstream]]
            servers = ["10.99.0.53"]
            """;

    /** Waymark's connections end soon, so that their end is seen in a moment. */
    private static final String SHORT_CONNECTIONS = "[limits]\nupstream-socket-life = \"200ms\"\n\n";

    @Test
    void showThatTheRulesWork() throws IOException {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            begin(lab, rules(), CONFIGURATION);
            assertEquals(List.of(), lab.follow(Recipe.of(NAME)));
        }
    }

    /** Each rule and each guard is missing once. The document's first command is left out: the doctor would find them, too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Rule 2|meta mark 0 ip saddr 192.168.111.137 meta mark set 137|``",
                "Rule 3|ct mark set meta mark|``",
                "The guard of rule 4|meta mark != 0 ct mark set meta mark|ct mark set meta mark",
                "Rule 1|meta mark set ct mark|``",
                "The first guard of rule 1|ct direction reply th dport != 53 return|``",
                "The second guard of rule 1|ct direction reply th dport != 53 return|ct direction reply return",
                "Rule 4|meta mark != 0 ct mark set meta mark|``",
            })
    void showWhichRuleIsMissing(String section, String rule, String instead) throws IOException {
        try (RecipeLab lab = new RecipeLab(A_MOMENT)) {
            begin(
                    lab,
                    rules().replace("\n        " + rule + "\n", "\n" + instead + "\n"),
                    SHORT_CONNECTIONS + CONFIGURATION);
            List<Recipe.Step> steps = Recipe.of(NAME).steps();
            List<Recipe.Step> testsByHand = steps.subList(1, steps.size());
            AssertionError fault = assertThrows(AssertionError.class, () -> lab.follow(new Recipe(NAME, testsByHand)));
            assertEquals(section, sectionOf(fault), fault::getMessage);
        }
    }

    private static void begin(RecipeLab lab, String rules, String configuration) {
        lab.lab().loadNft(Host.GATEWAY, rules);
        lab.write(Host.GATEWAY, "/etc/waymark/waymark.toml", configuration);
        lab.run(Host.GATEWAY, "systemctl restart waymark");
    }

    private static String rules() throws IOException {
        return Files.readString(Path.of("conf/firewall/waymark.nft"));
    }

    /** The heading above the line that a fault names, up to its colon. */
    private static String sectionOf(AssertionError fault) throws IOException {
        int line = Integer.parseInt(fault.getMessage().split(":")[1]);
        return Files.readAllLines(Path.of("docs", NAME)).stream()
                .limit(line)
                .filter(text -> text.startsWith("## "))
                .reduce("", (earlier, later) -> later)
                .replaceFirst("## (.*):.*", "$1");
    }
}
