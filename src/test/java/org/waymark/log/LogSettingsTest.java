package org.waymark.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Log;

class LogSettingsTest {
    private static final Logger OWN = LoggerFactory.getLogger("org.waymark.Something");

    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void readStandardError() {
        System.setErr(new PrintStream(written, true, UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(standardError);
        apply(Log.Level.WARN, Log.Format.TEXT);
    }

    private static void apply(Log.Level level, Log.Format format) {
        LogSettings.apply(new Log(level, format, false, Optional.empty()));
    }

    private List<String> lines() {
        List<String> lines = written.toString(UTF_8).lines().toList();
        written.reset();
        return lines;
    }

    @Test
    void aLineIsItsLevelAndItsMessage() {
        OWN.warn("server {} is down: {}", "192.0.2.53", null);

        assertEquals(List.of("WARN server 192.0.2.53 is down: null"), lines());
    }

    @Test
    void theLevelChangesForLoggersThatAreThere() {
        OWN.info("unwanted");
        LogSettings.level(Log.Level.DEBUG);
        OWN.debug("wanted");
        OWN.trace("never wanted");
        LogSettings.level(Log.Level.ERROR);
        OWN.warn("no longer wanted");

        assertEquals(List.of("DEBUG wanted"), lines());
    }

    @Test
    void librariesLogTroubleOnly() {
        LogSettings.level(Log.Level.DEBUG);
        Logger library = LoggerFactory.getLogger("io.netty.Something");
        library.info("starting");
        library.warn("something is wrong");
        LoggerFactory.getLogger("io.netty.util.internal.MacAddressUtil").warn("no hardware address");
        LogSettings.level(Log.Level.ERROR);
        library.warn("no longer wanted");

        assertEquals(List.of("WARN something is wrong"), lines());
    }

    @Test
    void aLineForProgramsIsAnObject() throws IOException {
        apply(Log.Level.INFO, Log.Format.JSON);
        Instant before = Instant.now();
        OWN.atInfo()
                .setMessage("\"a\" asks\nfor {}: \u00e4")
                .addArgument("b")
                .addKeyValue("client", "192.0.2.1:5353")
                .addKeyValue("rcode", 0)
                .log();
        List<String> lines = lines();
        Map<String, Object> line = JSON.std.mapFrom(lines.get(0));
        Instant time = Instant.parse((String) line.remove("time"));

        assertEquals(1, lines.size());
        assertTrue(
                lines.get(0).matches("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\".*"),
                lines.get(0));
        assertTrue(time.toEpochMilli() >= before.toEpochMilli() && !time.isAfter(Instant.now()), time::toString);
        assertEquals(
                Map.of("level", "INFO", "message", "\"a\" asks\nfor b: \u00e4", "client", "192.0.2.1:5353", "rcode", 0),
                line);
    }

    @Test
    void anExceptionIsToldWithItsTrace() throws IOException {
        OWN.error("failed", new IOException("gone"));
        List<String> text = lines();
        apply(Log.Level.INFO, Log.Format.JSON);
        OWN.error("failed", new IOException("gone"));
        List<String> json = lines();

        assertEquals(List.of("ERROR failed", "java.io.IOException: gone"), text.subList(0, 2));
        assertEquals(1, json.size());
        assertTrue(
                ((String) JSON.std.mapFrom(json.get(0)).get("trace")).startsWith("java.io.IOException: gone\n\tat "));
    }
}
