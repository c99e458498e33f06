package org.waymark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.waymark.config.ConfigurationException;
import org.waymark.linux.LinuxException;
import org.waymark.rules.Client;
import org.waymark.rules.Differences;
import org.waymark.rules.Format;
import org.waymark.rules.InterfaceName;
import org.waymark.rules.Route;
import org.waymark.rules.RulesScript;
import org.waymark.rules.Tasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code waymark rules}: prints what sets up the host's firewall and routing, or says what of it the host lacks. */
@Command(
        name = "rules",
        description = {
            "Prints a script of the shell that sets up this host's firewall and routing. To load it, as root:",
            "    waymark rules OPTIONS | sh"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Waymark.Version.class)
final class Rules implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption option;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            defaultValue = "nft",
            description = "Whose rules the firewall has: nft or iptables. Default: ${DEFAULT-VALUE}")
    private Format format;

    @Option(
            names = "--check",
            description =
                    "Instead of the script, says which of its rules, routes and settings this host lacks, and which another"
                            + " load has left: exit status 0 if none, 1 if any, 2 if it can't compare.")
    private boolean check;

    @Option(
            names = "--client",
            paramLabel = "ADDRESS=MARK",
            converter = AddressConverter.class,
            description = "Marks the connections of an address or network.")
    private List<Client> byAddress = new ArrayList<>();

    @Option(
            names = "--mac",
            paramLabel = "MAC=MARK",
            converter = HardwareAddressConverter.class,
            description = "Marks the connections of a hardware address.")
    private List<Client> byHardwareAddress = new ArrayList<>();

    @Option(
            names = "--interface",
            paramLabel = "NAME=MARK",
            converter = InterfaceConverter.class,
            description = "Marks the connections that come in by an interface.")
    private List<Client> byInterface = new ArrayList<>();

    @Option(
            names = "--login",
            description = "Lets clients log in and out while the rules are loaded; the script says how.")
    private boolean login;

    @Option(
            names = "--redirect",
            paramLabel = "INTERFACE",
            converter = NameConverter.class,
            description = "Redirects port 53 of every address, for what comes in by an interface, to Waymark.")
    private List<String> redirects = new ArrayList<>();

    @Option(
            names = "--route",
            paramLabel = "MARK=LINK[,GATEWAY]",
            converter = RouteConverter.class,
            description =
                    "Sends what has the mark (or value/mask) out by a link, or not at all. With a gateway only its IP"
                            + " version leaves; two gateways, one of each version, are separated by a comma.")
    private List<Route> routes = new ArrayList<>();

    @Option(
            names = "--accounting",
            description = "Counts bytes by mark: forwarded up and down, DNS of clients, DNS of servers.")
    private boolean accounting;

    @Override
    public Integer call() {
        try {
            RulesScript script = RulesScript.of(format, option.read(), tasks());
            if (check) {
                return sayWhatDiffers(script);
            }
            script.warnings().forEach(spec.commandLine().getErr()::println);
            spec.commandLine().getOut().print(script.text());
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Tasks tasks() {
        List<Client> clients = new ArrayList<>(byHardwareAddress);
        clients.addAll(byAddress);
        clients.addAll(byInterface);
        return new Tasks(clients, login, redirects, routes, accounting);
    }

    private int sayWhatDiffers(RulesScript script) {
        try {
            Differences differences = Differences.of(script);
            differences.missing().forEach(line -> spec.commandLine().getOut().println("missing: " + line));
            differences.leftOver().forEach(line -> spec.commandLine().getOut().println("left over: " + line));
            if (differences.missing().isEmpty() && differences.leftOver().isEmpty()) {
                spec.commandLine().getOut().println("nothing is missing");
                return ExitCode.OK;
            }
            return ExitCode.SOFTWARE;
        } catch (LinuxException e) {
            spec.commandLine()
                    .getErr()
                    .println("can't compare this host with a network of its own: " + e.getMessage()
                            + " (run this as root)");
        } catch (CompletionException e) {
            spec.commandLine().getErr().println(e.getCause().getMessage());
        }
        return ExitCode.USAGE;
    }

    /** Reads an option's value; anything else is a wrong use of the command. */
    private abstract static class Converter<T> implements ITypeConverter<T> {
        private final Function<String, T> parser;

        Converter(Function<String, T> parser) {
            this.parser = parser;
        }

        @Override
        public T convert(String text) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class FormatConverter extends Converter<Format> {
        FormatConverter() {
            super(text -> switch (text) {
                case "nft" -> Format.NFT;
                case "iptables" -> Format.IPTABLES;
                default -> throw new IllegalArgumentException("\"" + text + "\" is unknown (allowed: nft or iptables)");
            });
        }
    }

    static final class AddressConverter extends Converter<Client> {
        AddressConverter() {
            super(Client::byAddress);
        }
    }

    static final class HardwareAddressConverter extends Converter<Client> {
        HardwareAddressConverter() {
            super(Client::byHardwareAddress);
        }
    }

    static final class InterfaceConverter extends Converter<Client> {
        InterfaceConverter() {
            super(Client::byInterface);
        }
    }

    static final class NameConverter extends Converter<String> {
        NameConverter() {
            super(InterfaceName::parse);
        }
    }

    static final class RouteConverter extends Converter<Route> {
        RouteConverter() {
            super(Route::parse);
        }
    }
}
