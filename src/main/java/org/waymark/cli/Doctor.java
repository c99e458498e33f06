package org.waymark.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.config.Log;
import org.waymark.doctor.Cure;
import org.waymark.doctor.Examination;
import org.waymark.doctor.Finding;
import org.waymark.doctor.Report;
import org.waymark.doctor.Severity;
import org.waymark.log.LogSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waymark doctor}: proves that this host carries marks, or says what is wrong and what cures it. */
@Command(
        name = "doctor",
        description =
                "Proves that this host carries marks, or says what is wrong and what cures it. Exit status: 0 if all is"
                        + " well, 1 if there are warnings, 3 if there are faults.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Doctor implements Callable<Integer> {
    private static final String INDENT = "            ";
    private static final int WIDTH = 120;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Option(names = "--json", description = "Writes the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Configuration configuration;
        try {
            configuration = option.read();
        } catch (ConfigurationException e) {
            return write(new Report(List.of(new Finding(
                    Severity.FAULT,
                    "configuration",
                    e.getMessage(),
                    "Waymark does not start",
                    List.of(new Cure(Cure.Kind.ADVICE, "correct the file"))))));
        }
        // What the log would tell is among the findings.
        LogSettings.level(Log.Level.ERROR);
        return write(Examination.run(configuration, option.file()));
    }

    private int write(Report report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? json(report) : text(report));
        out.flush();
        return status(report.worst());
    }

    private static int status(Severity worst) {
        return switch (worst) {
            case OK -> 0;
            case WARNING -> 1;
            case FAULT -> 3;
        };
    }

    private static String json(Report report) throws IOException {
        List<Map<String, Object>> findings = new ArrayList<>();
        for (Finding finding : report.findings()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("severity", lower(finding.severity()));
            each.put("topic", finding.topic());
            each.put("seen", finding.seen());
            each.put("meaning", finding.meaning());
            each.put(
                    "cures",
                    finding.cures().stream()
                            .map(cure -> Map.of(lower(cure.kind()), cure.text()))
                            .toList());
            findings.add(each);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("worst", lower(report.worst()));
        all.put("findings", findings);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(all) + "\n";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private String text(Report report) {
        StringBuilder text = new StringBuilder();
        report.findings().forEach(finding -> text.append(text(finding)));
        return text.append('\n').append(summary(report)).append('\n').toString();
    }

    private String text(Finding finding) {
        String word = Ansi.AUTO.string(style(finding.severity(), String.format("%-9s", finding.severity())));
        StringBuilder text = new StringBuilder(" " + word + "  ");
        text.append(wrapped(finding.topic() + ": " + finding.seen())).append('\n');
        if (!finding.meaning().isEmpty()) {
            text.append(INDENT).append(wrapped(finding.meaning())).append('\n');
        }
        finding.cures().forEach(cure -> text.append(INDENT).append(text(cure)).append('\n'));
        return text.toString();
    }

    /** Breaks lines between words. Cures stay whole, so that they can be copied. */
    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = INDENT.length();
        for (String word : text.split(" ")) {
            if (column + word.length() > WIDTH && column > INDENT.length()) {
                lines.append('\n').append(INDENT);
                column = INDENT.length();
            } else if (lines.length() > 0) {
                lines.append(' ');
            }
            lines.append(word);
            column += word.length() + 1;
        }
        return lines.toString();
    }

    private static String style(Severity severity, String word) {
        return switch (severity) {
            case OK -> "@|green " + word + "|@";
            case WARNING -> "@|yellow,bold " + word + "|@";
            case FAULT -> "@|red,bold " + word + "|@";
        };
    }

    private String text(Cure cure) {
        return switch (cure.kind()) {
            case RUN -> "cure: " + cure.text();
            case CONFIGURE -> "cure: in " + option.file() + ": " + cure.text();
            case ADVICE -> "cure: " + cure.text();
        };
    }

    private static String summary(Report report) {
        return count(report.count(Severity.FAULT), "fault", "faults") + ", "
                + count(report.count(Severity.WARNING), "warning", "warnings") + ", " + report.count(Severity.OK)
                + " OK";
    }

    private static String count(int number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
