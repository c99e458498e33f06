package org.waymark.cli;

import java.util.Arrays;
import org.waymark.log.LogSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program {@code waymark}. */
@Command(
        name = Waymark.NAME,
        description = "A DNS forwarder that carries the conntrack marks of its clients upstream.",
        subcommands = {
            Run.class,
            Check.class,
            Doctor.class,
            Rules.class,
            Reload.class,
            Status.class,
            Stats.class,
            Watch.class,
            CacheContents.class,
            Flush.class,
            Bill.class,
            LogLevel.class
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:It has succeeded.",
            "1:It has failed.",
            "2:The command line is wrong.",
            "78:It can't run until the configuration or the host is changed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
public final class Waymark {
    static final String NAME = "waymark";
    static final String RUN = "run";

    private Waymark() {}

    /** @param arguments the command line */
    public static void main(String[] arguments) {
        LogSettings.detectJournal();
        System.exit(isRun(arguments) ? run(arguments) : commandLine().execute(arguments));
    }

    private static boolean isRun(String[] arguments) {
        return arguments.length > 0 && arguments[0].equals(RUN);
    }

    /** Without the other commands: to read what they are takes a fifth of the start, and they would stay in memory. */
    private static int run(String[] arguments) {
        return new CommandLine(new Run())
                .setCommandName(NAME + " " + RUN)
                .execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Waymark());
    }

    /** The version from the jar's manifest; classes outside of a jar have none. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"waymark " + (isPackaged() ? packaged() : "(not packaged, version unknown)")};
        }

        /** Returns the version as the log shows it. */
        static String text() {
            return isPackaged() ? "version " + packaged() : "version unknown";
        }

        private static boolean isPackaged() {
            return packaged() != null;
        }

        private static String packaged() {
            return Waymark.class.getPackage().getImplementationVersion();
        }
    }
}
