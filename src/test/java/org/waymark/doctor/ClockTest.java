package org.waymark.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.Configuration;
import org.waymark.settings.Settings;
import org.waymark.settings.SettingsWatch;

class ClockTest {
    private static final Instant LATER = Instant.parse("2027-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void clockThatHasStartedAtZeroIsAFaultWhereServersAreAskedOverTls() throws Exception {
        List<Finding> findings = Clock.examine(settings("tls://192.0.2.53#dns.example"), Instant.EPOCH);
        assertEquals(1, findings.size());
        assertEquals(Severity.FAULT, findings.get(0).severity());
        assertTrue(findings.get(0).seen().contains("1970-01-01"), findings::toString);
    }

    @Test
    void presentIsGood() throws Exception {
        assertEquals(
                Severity.OK,
                Clock.examine(settings("tls://192.0.2.53#dns.example"), LATER)
                        .get(0)
                        .severity());
    }

    @Test
    void clockDoesNotMatterWithoutTls() throws Exception {
        assertEquals(List.of(), Clock.examine(settings("192.0.2.53"), Instant.EPOCH));
    }

    private Settings settings(String server) throws Exception {
        Path file = Files.writeString(folder.resolve("waymark.toml"), "[[upstream]]\nservers = [\"" + server + "\"]\n");
        try (SettingsWatch watch = new SettingsWatch(Configuration.read(file))) {
            return watch.current();
        }
    }
}
