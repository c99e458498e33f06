package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.waymark.lab.Answer;
import org.waymark.lab.Family;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** What is kept is not given any more once others may answer. */
class CacheReloadIT {
    private static final String VPN = "[[upstream]]\nname = \"vpn\"\nservers = [\"10.99.0.54\"]\n";

    @RegisterExtension
    private static final CacheLab LAB = new CacheLab(CacheLab.setup());

    private final String name = LAB.nextName();

    private Query txt() {
        return Query.of(name, Query.TXT);
    }

    private int asked() {
        return LAB.stub().seen(name).size();
    }

    static Stream<Setup> settingsThatChangeWhoAnswers() {
        return Stream.of(
                CacheLab.setup().servers(Family.IPV4.upstream(54)),
                Setup.wildcard().servers(Family.IPV4.upstream(54)).with("cache", "size = \"1MiB\""),
                CacheLab.setup().with("cache", "share = \"group\""),
                CacheLab.setup().append(VPN + "[[domain]]\nname = \"example\"\nupstream = \"vpn\"\n"),
                CacheLab.setup().append(VPN + "[[policy]]\nmark = 137\nupstream = \"vpn\"\n"),
                CacheLab.setup().append("[[policy]]\nmark = 137\nset-mark = 7\n"),
                Setup.wildcard().servers(Family.IPV4.upstream(53)).with("cache", "size = \"2MiB\""));
    }

    @ParameterizedTest
    @MethodSource("settingsThatChangeWhoAnswers")
    void nothingIsGivenThatWasKeptBeforeOthersMayAnswer(Setup changed) {
        LAB.waymark().reload(CacheLab.setup());
        LAB.ask(txt());
        LAB.ask(txt());
        assertEquals(1, asked());
        LAB.waymark().reload(changed);
        try {
            LAB.ask(txt());
            assertEquals(2, asked());
            LAB.ask(txt());
            assertEquals(2, asked());
        } finally {
            LAB.waymark().reload(CacheLab.setup());
        }
    }

    /** Whoever asks after the reload is not given what the former servers answer to a question that is under way, either. */
    @Test
    void questionUnderWayIsNotSharedWithThoseWhoAskAfterTheServersHaveChanged() {
        LAB.stub().plays((query, line) -> {
            String server = query.at().getAddress().getHostAddress();
            LAB.stub()
                    .after(
                            Duration.ofMillis(server.equals("10.99.0.53") ? 1_500 : 1),
                            (late, to) -> to.send(
                                    Answer.txt(late.bytes(), server, 300).bytes()))
                    .play(query, line);
        });
        try (UdpClient early = UdpClient.from(LAB.lab(), CacheLab.CLIENT)) {
            early.send(txt().bytes(1), CacheLab.GATEWAY);
            Waiting.until(Waiting.PATIENCE, "it is asked", () -> asked() == 1);
            LAB.waymark()
                    .reload(Setup.wildcard()
                            .servers(Family.IPV4.upstream(54))
                            .tries("2s", 1)
                            .with("cache", "size = \"1MiB\""));
            assertEquals("10.99.0.54", Answer.text(LAB.ask(txt())));
            assertEquals(
                    "10.99.0.53",
                    Answer.text(early.receive(Waiting.PATIENCE).orElseThrow().bytes()));
            assertEquals("10.99.0.54", Answer.text(LAB.ask(txt())));
        } finally {
            LAB.waymark().reload(CacheLab.setup());
        }
    }

    @Test
    void settingsThatHaveNothingToDoWithItLeaveWhatIsKept() {
        LAB.waymark().reload(CacheLab.setup());
        LAB.ask(txt());
        List<Setup> others = new ArrayList<>(List.of(
                CacheLab.setup().with("log", "queries = true"),
                CacheLab.setup().tries("1s", 3),
                CacheLab.setup().append(VPN + "[[domain]]\nname = \"elsewhere\"\nupstream = \"vpn\"\n")));
        others.add(CacheLab.setup());
        for (Setup other : others) {
            LAB.waymark().reload(other);
            LAB.ask(txt());
            assertEquals(1, asked());
        }
    }
}
