package org.waymark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.systemd.Notifier;

class StatusLineTest {
    private final Counters worker = new Counters();
    private final List<String> told = new ArrayList<>();
    private int warnings;
    private Optional<String> refusal = Optional.empty();
    private final StatusLine line = new StatusLine(
            List.of(worker),
            List::of,
            () -> refusal,
            () -> warnings,
            new Notices(new Notifier(
                    "/n", (address, notice, descriptors) -> told.add(new String(notice, StandardCharsets.UTF_8)))));

    @Test
    void tellsTheQueriesASecondSinceTheLastReport() {
        ask(50);
        line.report();
        ask(5);
        line.report();

        assertEquals(List.of("STATUS=10 queries a second", "STATUS=1 query a second"), told);
    }

    @Test
    void isSilentWhileNothingChanges() {
        line.report();
        line.report();

        assertEquals(List.of("STATUS=0 queries a second"), told);
    }

    @Test
    void tellsOneWarningFromSeveral() {
        warnings = 1;
        line.report();
        warnings = 2;
        line.report();

        assertEquals(
                List.of(
                        "STATUS=0 queries a second; 1 warning: see waymark status",
                        "STATUS=0 queries a second; 2 warnings: see waymark status"),
                told);
    }

    @Test
    void saysThatTheLatestReloadWasRefusedUntilOneSucceeds() {
        refusal = Optional.of("waymark.toml:1:1: is wrong");
        line.report();
        refusal = Optional.empty();
        line.report();

        assertEquals(
                List.of(
                        "STATUS=0 queries a second; reload refused: waymark.toml:1:1: is wrong",
                        "STATUS=0 queries a second"),
                told);
    }

    private void ask(int queries) {
        for (int i = 0; i < queries; i++) {
            worker.add(Count.UDP_IPV4_QUERIES);
        }
    }
}
