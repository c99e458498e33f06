package org.waymark.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code waymark doctor --json} has said about the gateway. */
public record Diagnosis(int status, List<Finding> findings, String text) {
    /** One finding. Each cure is its kind ({@code run}, {@code configure}, {@code advice}) with its text. */
    public record Finding(
            String severity, String topic, String seen, String meaning, List<Map.Entry<String, String>> cures) {
        public boolean isBad() {
            return !severity.equals("ok");
        }
    }

    /** Runs the doctor on the gateway, through other commands before it. */
    public static Diagnosis of(Lab lab, String configuration, String... through) {
        List<String> command = new ArrayList<>(List.of(through));
        command.addAll(List.of(Forwarders.LAUNCHER, "doctor", "--json", "--config", configuration));
        return of(lab.exec(Host.GATEWAY, command.toArray(String[]::new)));
    }

    private static Diagnosis of(Lab.Outcome outcome) {
        try {
            List<Finding> findings = new ArrayList<>();
            for (Object each : (List<?>) JSON.std.mapFrom(outcome.output()).get("findings")) {
                Map<?, ?> finding = (Map<?, ?>) each;
                findings.add(new Finding(
                        (String) finding.get("severity"),
                        (String) finding.get("topic"),
                        (String) finding.get("seen"),
                        (String) finding.get("meaning"),
                        cures((List<?>) finding.get("cures"))));
            }
            return new Diagnosis(outcome.status(), findings, outcome.output() + outcome.errors());
        } catch (IOException e) {
            throw new UncheckedIOException(outcome.output() + outcome.errors(), e);
        }
    }

    private static List<Map.Entry<String, String>> cures(List<?> cures) {
        List<Map.Entry<String, String>> read = new ArrayList<>();
        for (Object each : cures) {
            ((Map<?, ?>) each).forEach((kind, text) -> read.add(Map.entry((String) kind, (String) text)));
        }
        return read;
    }

    /** What is not as it should be. */
    public List<Finding> bad() {
        return findings.stream().filter(Finding::isBad).toList();
    }
}
