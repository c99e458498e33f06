package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.waymark.lab.Diagnosis;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;

/** A gateway and a configuration for the doctor, whose cures are carried out as it says. */
record Patient(Lab lab, Path file) implements AutoCloseable {
    static Patient with(Lab lab, Setup setup) {
        return new Patient(lab, Forwarders.write(setup.toml()));
    }

    Diagnosis diagnosis(String... through) {
        return Diagnosis.of(lab, file.toString(), through);
    }

    /** Fails unless there is a finding as bad as this, and none worse, that mentions all of these and has a cure. */
    static void assertFound(Diagnosis diagnosis, String severity, String... mentioned) {
        assertEquals(severity.equals("fault") ? 3 : 1, diagnosis.status(), diagnosis::text);
        assertTrue(
                diagnosis.bad().stream()
                        .filter(found -> found.severity().equals(severity)
                                && !found.cures().isEmpty())
                        .map(found -> found.seen() + "; " + found.meaning() + "; " + found.cures())
                        .anyMatch(text -> List.of(mentioned).stream().allMatch(text::contains)),
                () -> List.of(mentioned) + " are not in " + diagnosis.bad());
    }

    /** Carries out every cure of everything that is not good, each once. */
    void carryOutCures(Diagnosis diagnosis) {
        carryOut(diagnosis.bad().stream()
                .flatMap(found -> found.cures().stream())
                .distinct()
                .toList());
    }

    private void carryOut(List<Map.Entry<String, String>> cures) {
        for (Map.Entry<String, String> cure : cures) {
            switch (cure.getKey()) {
                case "run" ->
                    lab.shell(
                            Host.GATEWAY,
                            cure.getValue()
                                    .replaceAll("(sudo )?\\bwaymark (?=rules|doctor)", Forwarders.LAUNCHER + " "));
                case "configure" -> configure(cure.getValue());
                default -> throw new AssertionError("no command and no setting: " + cure);
            }
        }
    }

    /** Writes {@code section.key = value} in its section. */
    private void configure(String setting) {
        String section = setting.substring(0, setting.indexOf('.'));
        String key = setting.substring(setting.indexOf('.') + 1, setting.indexOf(" ="));
        String line = setting.substring(setting.indexOf('.') + 1);
        try {
            String toml = Files.readString(file);
            String header = toml.contains("[[" + section + "]]") ? "[[" + section + "]]" : "[" + section + "]";
            String without = toml.replaceAll("(?m)^" + key + " = .*\n", "");
            Files.writeString(
                    file,
                    without.contains(header)
                            ? without.replace(header + "\n", header + "\n" + line + "\n")
                            : header + "\n" + line + "\n\n" + without);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        file.toFile().delete();
    }
}
