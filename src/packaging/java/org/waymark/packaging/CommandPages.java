package org.waymark.packaging;

import java.util.ArrayList;
import java.util.List;
import org.waymark.cli.Waymark;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The pages of section 1, from the commands' own model. */
final class CommandPages {
    private static final String CONFIGURATION = "waymark.toml(5)";

    private final CommandLine waymark = new CommandLine(Waymark.class);
    private final String date;
    private final String version;

    /**
     * @param date of the version, as 2026-11-20
     * @param version of the program
     */
    CommandPages(String date, String version) {
        this.date = date;
        this.version = version;
    }

    /** waymark(1): all commands. */
    Roff all() {
        CommandSpec spec = waymark.getCommandSpec();
        Roff page = begin(spec);
        page.section("COMMANDS");
        waymark.getSubcommands().values().forEach(command -> {
            page.subsection(synopsis(command));
            explain(page, command.getCommandSpec());
        });
        page.section("OPTIONS");
        options(page, spec);
        page.section("EXIT STATUS");
        spec.usageMessage().exitCodeList().forEach((status, meaning) -> page.entries(List.of(status))
                .text(meaning));
        page.section("FILES")
                .entries(List.of("/etc/waymark/waymark.toml", "/etc/waymark/waymark.d/*.toml"))
                .text("The configuration: see " + CONFIGURATION + ".");
        return page.section("SEE ALSO").paragraph("waymark-doctor(1), " + CONFIGURATION + ", conntrack(8), nft(8)");
    }

    /**
     * A page of its own for one command.
     *
     * @param name of the command, as in "waymark NAME"
     */
    Roff of(String name) {
        CommandSpec spec = waymark.getSubcommands().get(name).getCommandSpec();
        Roff page = begin(spec);
        page.section("OPTIONS");
        options(page, spec);
        return page.section("SEE ALSO").paragraph("waymark(1), " + CONFIGURATION);
    }

    private Roff begin(CommandSpec spec) {
        List<String> description = List.of(spec.usageMessage().description());
        String name = spec.qualifiedName("-");
        Roff page = new Roff(name, 1, date, version);
        page.section("NAME").text(name + " - " + description.get(0).replaceFirst("[.:](?s:\\s.*)?$", ""));
        page.section("SYNOPSIS").paragraph(synopsis(spec.commandLine()));
        page.section("DESCRIPTION");
        describe(page, description);
        return page;
    }

    private static String synopsis(CommandLine command) {
        return command.getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
    }

    private static void explain(Roff page, CommandSpec spec) {
        describe(page, List.of(spec.usageMessage().description()));
        options(page, spec);
    }

    /** Indented lines are commands. */
    private static void describe(Roff page, List<String> paragraphs) {
        for (String paragraph : paragraphs) {
            if (paragraph.startsWith("    ")) {
                page.verbatim(List.of(paragraph.strip()));
            } else {
                page.paragraph(paragraph);
            }
        }
    }

    private static void options(Roff page, CommandSpec spec) {
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            page.entries(List.of(parameter.paramLabel())).text(String.join(" ", parameter.description()));
        }
        for (OptionSpec option : spec.options()) {
            List<String> names = new ArrayList<>();
            for (String name : option.names()) {
                names.add(option.arity().max() == 0 ? name : name + "=" + option.paramLabel());
            }
            page.entries(List.of(String.join(", ", names))).text(String.join(" ", option.description()));
        }
    }
}
