package org.waymark.cli;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.config.Marking;
import org.waymark.config.ResolvConf;
import org.waymark.config.ServerSource;
import org.waymark.dns.DomainName;
import org.waymark.host.ListenCheck;
import org.waymark.host.PacketMarksCheck;
import org.waymark.log.LogSettings;
import org.waymark.mark.Mark;
import org.waymark.sets.AddressSets;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--mark",
            paramLabel = "MARK",
            converter = MarkConverter.class,
            description = "Says which policy a connection mark takes, and what goes upstream.")
    private Integer mark;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            converter = NameConverter.class,
            description = "Says where queries for this name go, with the mark of --mark, or without a mark.")
    private DomainName name;

    @Override
    public Integer call() {
        try {
            Configuration configuration = option.read();
            configuration.warnings().forEach(warning -> warn(warning.toString()));
            if (configuration.marking().source() == Marking.Source.PACKET) {
                PacketMarksCheck.obstacle().ifPresent(obstacle -> warn(option.file() + ": mark.source: " + obstacle));
            }
            warnOfMissingFiles(configuration);
            configuration.sets().stream()
                    .flatMap(set -> AddressSets.problem(set).stream())
                    .sorted()
                    .forEach(problem -> warn(option.file() + ": add-to: " + problem));
            List<InetSocketAddress> addresses = configuration.listen().addresses();
            ListenCheck.absences(addresses).forEach(absence -> warn(option.file() + ": " + absence));
            List<String> obstacles = ListenCheck.obstacles(addresses);
            obstacles.forEach(obstacle -> spec.commandLine().getErr().println(option.file() + ": " + obstacle));
            if (mark != null || name != null) {
                spec.commandLine().getOut().println(new Explanation(configuration).of(mark == null ? 0 : mark, name));
                return ExitCode.OK;
            }
            if (!obstacles.isEmpty()) {
                return ExitCode.SOFTWARE;
            }
            spec.commandLine().getOut().println(option.file() + ": good: " + summaryOf(configuration));
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private void warnOfMissingFiles(Configuration configuration) {
        configuration.upstreams().stream()
                .flatMap(group -> group.servers().stream())
                .filter(ResolvConf.class::isInstance)
                .map(source -> ((ResolvConf) source).file())
                .forEach(file -> warnIfMissing("upstream.servers", file));
        configuration.local().hosts().forEach(file -> warnIfMissing("local.hosts", file));
        configuration.policies().stream()
                .flatMap(policy -> policy.names().files().stream())
                .distinct()
                .forEach(file -> warnIfMissing("policy.names", file));
    }

    private void warnIfMissing(String key, Path file) {
        if (!Files.isRegularFile(file)) {
            warn(option.file() + ": " + key + ": " + file + " does not exist or is not a file");
        }
    }

    private void warn(String problem) {
        spec.commandLine().getErr().println(LogSettings.markedForJournal(problem + " (warning)"));
    }

    /** Reads a mark in any base; anything else is a wrong use of the command. */
    static final class MarkConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return Mark.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads a domain name; anything else is a wrong use of the command. */
    static final class NameConverter implements ITypeConverter<DomainName> {
        @Override
        public DomainName convert(String text) {
            try {
                return DomainName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static String summaryOf(Configuration configuration) {
        List<ServerSource> sources = configuration.upstreams().stream()
                .flatMap(group -> group.servers().stream())
                .toList();
        int files = (int) sources.stream().filter(ResolvConf.class::isInstance).count();
        int servers = sources.size() - files;
        return count(configuration.listen().addresses().size(), "address", "addresses") + " to listen on, "
                + count(configuration.upstreams().size(), "upstream group", "upstream groups") + " with "
                + (servers == 0 ? "" : count(servers, "server", "servers"))
                + (servers == 0 || files == 0 ? "" : " and ")
                + (files == 0 ? "" : count(files, "file of servers", "files of servers"))
                + ", marks under the mask "
                + Mark.format(configuration.marking().mask());
    }

    private static String count(int number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
