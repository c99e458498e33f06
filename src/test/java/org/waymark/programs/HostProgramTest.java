package org.waymark.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostProgramTest {
    @Test
    void saysHowAProgramEnded() {
        assertEquals(
                Optional.of(new HostProgram.Result(3, "read\n", "bad\n")),
                HostProgram.runWithInput("read\n", "sh", "-c", "cat; echo bad >&2; exit 3"));
    }

    @Test
    void programMayLeaveItsInputUnread() {
        assertEquals(
                Optional.of(new HostProgram.Result(0, "", "")), HostProgram.runWithInput("x".repeat(1 << 20), "true"));
    }

    @Test
    void readsMoreThanAPipeHolds() {
        HostProgram.Result result = HostProgram.run(
                        "sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero")
                .orElseThrow();
        assertEquals(300_000, result.output().length());
        assertEquals(300_000, result.errors().length());
    }

    @Test
    void readsJson() {
        HostProgram.Result result =
                HostProgram.run("echo", "[{\"name\": \"x\", \"number\": 7}]").orElseThrow();
        assertEquals(List.of(Map.of("name", "x", "number", 7)), result.json());
    }

    @Test
    void programThatIsNotInstalledIsNoError() {
        assertEquals(Optional.empty(), HostProgram.run("waymark-no-such-program"));
        assertFalse(HostProgram.isInstalled("waymark-no-such-program"));
    }
}
