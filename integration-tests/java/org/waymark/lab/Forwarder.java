package org.waymark.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A forwarder that runs on the gateway. */
public interface Forwarder extends AutoCloseable {
    /**
     * Starts a program on the gateway and waits until it listens on the addresses of the setup.
     *
     * @param leftovers files to delete when it has stopped
     */
    static Forwarder start(Lab lab, Setup setup, List<String> command, Path... leftovers) {
        return ForwarderProcess.start(lab, setup, command, leftovers);
    }

    /** The process id of the forwarder itself. */
    long pid();

    /** What it has written to standard error so far. */
    String log();

    /** The lines of the log that speak of faults of its own: there must never be any, whatever others do. */
    default List<String> ownFaults() {
        return log().lines()
                .filter(line -> line.contains("Exception")
                        || line.contains("OutOfMemory")
                        || line.contains("errors of Waymark's own")
                        || line.startsWith("\tat "))
                .toList();
    }

    /** How many files and sockets it has open. */
    int openFiles();

    /** How much memory it has resident. */
    int residentMebibytes();

    /** Asks it to stop (SIGTERM) and does not wait. */
    void terminate();

    /**
     * Waits for its end.
     *
     * @return the exit status
     * @throws AssertionError if it still runs after this time
     */
    int awaitExit(Duration patience);

    /** Stops it if it still runs. */
    @Override
    void close();
}
