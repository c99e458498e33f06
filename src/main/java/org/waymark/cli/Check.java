package org.waymark.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.config.UpstreamGroup;
import org.waymark.mark.Mark;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waymark check}: says whether a configuration file is good. */
@Command(
        name = "check",
        description =
                "Says whether the configuration file is good: exit status 0, or 1 with all that is wrong with it.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class Check implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Override
    public Integer call() {
        try {
            Configuration configuration = option.read();
            spec.commandLine().getOut().println(option.file() + ": good: " + summaryOf(configuration));
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private static String summaryOf(Configuration configuration) {
        int servers = configuration.upstreams().stream()
                .map(UpstreamGroup::servers)
                .mapToInt(List::size)
                .sum();
        return count(configuration.listen().addresses().size(), "address", "addresses") + " to listen on, "
                + count(configuration.upstreams().size(), "upstream group", "upstream groups") + " with "
                + count(servers, "server", "servers") + ", marks under the mask "
                + Mark.format(configuration.marking().mask());
    }

    private static String count(int number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
