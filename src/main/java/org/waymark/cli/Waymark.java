package org.waymark.cli;

import org.waymark.systemd.JournalStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The program {@code waymark}. Exit status: 0 done; 1 can't be done; 2 the command line is wrong; 78 can't run before the
 * configuration or the host has been changed.
 */
@Command(
        name = "waymark",
        description = "A DNS forwarder that carries the conntrack marks of its clients upstream.",
        subcommands = {Run.class, Check.class},
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
public final class Waymark {
    private Waymark() {}

    /** @param arguments the command line */
    public static void main(String[] arguments) {
        LogSettings.prepare();
        JournalStream.onStandardError(System.getenv("JOURNAL_STREAM"));
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Waymark());
    }

    /** The version as the jar's manifest has it; classes outside of a jar have none. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"waymark " + (isPackaged() ? packaged() : "(not packaged, version unknown)")};
        }

        /** The same for the log. */
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
