package org.waymark.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;

/** A run of dnsperf on the client: as fast as it goes unless a rate is given. */
final class Load {
    /**
     * How load and server are run, which share the processors with what is measured: as they are woken, packet by packet, they do
     * not push it off its processor (SCHED_BATCH), just as they could not on machines of their own.
     */
    static final List<String> WITHOUT_PREEMPTING = List.of("chrt", "--batch", "0");

    private static final Pattern COMPLETED = Pattern.compile("Queries completed:\\s+(\\d+)");
    private static final Pattern NO_ERROR = Pattern.compile("Response codes:.*NOERROR (\\d+)");
    private static final Pattern LOST = Pattern.compile("Queries lost:\\s+(\\d+)");
    private static final Pattern SENT = Pattern.compile("Queries sent:\\s+(\\d+)");
    private static final Pattern RATE = Pattern.compile("Queries per second:\\s+([\\d.]+)");

    private final Lab lab;
    private final InetSocketAddress server;
    private final Scenario scenario;
    private final List<String> wrapper = new ArrayList<>();
    private int clients;
    private int outstanding = 1000;
    private int threads = 1;
    private Duration patience = Duration.ofSeconds(1);
    private int rate;
    private int seconds = 1;
    private int passes;
    private boolean timesEach;

    /**
     * What came of it.
     *
     * @param succeeded those of the completed queries that were not answered by an error
     * @param lost queries without an answer in time; those of the run's last moment don't count
     * @param rate answers a second
     * @param micros the latencies in microseconds, sorted; empty if they were not asked for
     */
    record Result(long sent, long completed, long succeeded, long lost, double rate, double[] micros) {
        /** The latency in microseconds that so many percent of the answers do not exceed. */
        double percentile(double percent) {
            return micros.length == 0
                    ? Double.NaN
                    : micros[(int) Math.min(micros.length - 1, micros.length * percent / 100)];
        }
    }

    private Load(Lab lab, InetSocketAddress server, Scenario scenario) {
        this.lab = lab;
        this.server = server;
        this.scenario = scenario;
        this.clients = scenario.clients();
    }

    static Load of(Lab lab, InetSocketAddress server, Scenario scenario) {
        return new Load(lab, server, scenario);
    }

    /** How many sockets ask, in place of the scenario's. */
    Load clients(int sockets) {
        clients = sockets;
        return this;
    }

    /** How many queries may be without an answer; 1,000 unless told otherwise, so that a rate is kept up. */
    Load outstanding(int queries) {
        outstanding = queries;
        return this;
    }

    /**
     * How many threads share the clients and the rate; one unless told otherwise. Each starts slowly: until it has sent as many queries
     * as may be without an answer, it pauses for a millisecond after every other one, or for less once the first answer has come.
     * What it is behind by then it sends at once, which no forwarder takes. It is not behind at 1,800 queries a second or less.
     */
    Load threads(int number) {
        threads = number;
        return this;
    }

    /** How long a query waits for its answer until it counts as lost; a second unless told otherwise. Whole seconds. */
    Load patience(Duration longest) {
        patience = longest;
        return this;
    }

    /** Queries a second. */
    Load atMost(int queries) {
        rate = queries;
        return this;
    }

    Load seconds(int length) {
        seconds = length;
        return this;
    }

    /** Goes through all names so many times, however long that takes. */
    Load passes(int number) {
        passes = number;
        return this;
    }

    /** Notes the latency of each query. */
    Load timingEach() {
        timesEach = true;
        return this;
    }

    /** Lets another command run dnsperf. */
    Load under(String... command) {
        wrapper.addAll(List.of(command));
        return this;
    }

    Result run() {
        try {
            Path names = writeNames();
            // A file rather than a pipe: dnsperf, which shares the processors, is then never held up by a reader.
            Path output = Files.createTempFile("waymark-bench", ".out");
            try {
                Process process = lab.command(Host.CLIENT, command(names).toArray(String[]::new))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                int status = process.waitFor();
                if (status != 0) {
                    throw new IllegalStateException("dnsperf: status " + status + ": " + Files.readString(output));
                }
                return read(output);
            } finally {
                Files.delete(names);
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path writeNames() throws IOException {
        Path file = Files.createTempFile("waymark-bench", ".names");
        return Files.writeString(file, scenario.names().lines());
    }

    private List<String> command(Path names) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(WITHOUT_PREEMPTING);
        command.addAll(List.of("dnsperf", "-s", server.getAddress().getHostAddress(), "-p", server.getPort() + ""));
        command.addAll(List.of("-d", names.toString(), "-q", outstanding + ""));
        command.addAll(passes > 0 ? List.of("-n", passes + "") : List.of("-l", seconds + ""));
        command.addAll(List.of("-t", patience.toSeconds() + "", "-T", threads + ""));
        command.addAll(List.of("-c", clients + "", "-m", scenario.isTcp() ? "tcp" : "udp"));
        if (scenario.isOneShot()) {
            command.addAll(List.of("-O", "num-queries-per-conn=1"));
        }
        if (rate > 0) {
            command.addAll(List.of("-Q", rate + ""));
        }
        if (timesEach) {
            command.add("-v");
        }
        return command;
    }

    private static Result read(Path output) throws IOException {
        StringBuilder summary = new StringBuilder();
        DoubleStream.Builder latencies = DoubleStream.builder();
        try (BufferedReader lines = Files.newBufferedReader(output)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // "> NOERROR q1.example A 0.000123", or "> T q1.example A" for what was not answered.
                if (!line.startsWith("> ")) {
                    summary.append(line).append('\n');
                } else if (Character.isDigit(line.charAt(line.length() - 1))) {
                    latencies.add(1e6 * Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
                }
            }
        }
        double[] micros = latencies.build().sorted().toArray();
        return new Result(
                (long) find(SENT, summary),
                (long) find(COMPLETED, summary),
                NO_ERROR.matcher(summary).find() ? (long) find(NO_ERROR, summary) : 0,
                (long) find(LOST, summary),
                find(RATE, summary),
                micros);
    }

    private static double find(Pattern pattern, CharSequence text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("dnsperf said: " + text);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
