package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A real server as a process upstream, with a configuration file of its own; what it says is not kept. */
public final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path configuration;

    private ServerProcess(Process process, Path configuration) {
        this.process = process;
        this.configuration = configuration;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param configuration the text of its file
     * @param ready whether it is
     * @param command the program and its options; the name of the file follows them
     */
    public static ServerProcess start(Lab lab, String configuration, BooleanSupplier ready, String... command) {
        Path file = Forwarders.write(configuration);
        String[] words =
                Stream.concat(Stream.of(command), Stream.of(file.toString())).toArray(String[]::new);
        try {
            Process process = lab.command(Host.UPSTREAM, words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ServerProcess server = new ServerProcess(process, file);
            server.await(ready, command[0]);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(BooleanSupplier ready, String program) {
        try {
            Waiting.until(Waiting.PATIENCE, program + " is ready", ready);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Stops it, and waits until its ports are free for the next one. */
    @Override
    public void close() {
        process.destroy();
        Waiting.until(Waiting.PATIENCE, "it is gone", () -> !process.isAlive());
        configuration.toFile().delete();
    }
}
