package org.waymark.programs;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program of the host to its end. It runs in the network namespace of the thread that starts it, and speaks English. */
public final class HostProgram {
    /** How long a program may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<Path> DIRECTORIES = Stream.of(
                    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .map(Path::of)
            .toList();

    private HostProgram() {}

    /**
     * How a program ended.
     *
     * @param status its exit status; 0 if it succeeded
     * @param output what it wrote to standard output
     * @param errors what it wrote to standard error
     */
    public record Result(int status, String output, String errors) {
        /**
         * @return whether the program succeeded
         */
        public boolean succeeded() {
            return status == 0;
        }

        /**
         * @return what the program wrote as JSON: maps, lists, texts and numbers
         * @throws UncheckedIOException if it is not JSON
         */
        public Object json() {
            try {
                return JSON.std.anyFrom(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * @param program its name
     * @return whether it is in one of the system's directories
     */
    public static boolean isInstalled(String program) {
        return find(program).isPresent();
    }

    private static Optional<Path> find(String program) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * @param program its name, to be found in the system's directories whatever the user's PATH is
     * @param arguments its arguments
     * @return how it ended; empty if it is not installed
     * @throws IllegalStateException if it does not end within ten seconds
     */
    public static Optional<Result> run(String program, String... arguments) {
        return runWithInput("", program, arguments);
    }

    /**
     * @param input what the program reads from standard input
     * @param program its name, to be found in the system's directories whatever the user's PATH is
     * @param arguments its arguments
     * @return how it ended; empty if it is not installed
     * @throws IllegalStateException if it does not end within ten seconds
     */
    public static Optional<Result> runWithInput(String input, String program, String... arguments) {
        return find(program).map(file -> {
            List<String> command = new ArrayList<>(List.of(file.toString()));
            command.addAll(List.of(arguments));
            return run(command, input);
        });
    }

    private static Result run(List<String> command, String input) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            Process process = builder.start();
            // Read by two threads: a program that waits until one of its pipes is read would never fill the other.
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            write(input, process.getOutputStream());
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        String.join(" ", command) + " has not ended within " + PATIENCE.toSeconds() + " s");
            }
            return new Result(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** A program may end without having read everything; its exit status says whether that was right. */
    private static void write(String input, OutputStream pipe) {
        try (pipe) {
            pipe.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedEarly) {
            // See above.
        }
    }

    private static String text(InputStream pipe) {
        try (pipe) {
            return new String(pipe.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
