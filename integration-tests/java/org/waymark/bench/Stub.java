package org.waymark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Waiting;

/** The server that is forwarded to: dnsdist, which makes every answer itself and so is several times as fast as any forwarder. */
final class Stub implements AutoCloseable {
    static final InetSocketAddress ADDRESS = Family.IPV4.upstream(53);

    private final Lab lab;
    private final Process process;
    private final Path configuration;

    private Stub(Lab lab, Process process, Path configuration) {
        this.lab = lab;
        this.process = process;
        this.configuration = configuration;
    }

    /** Starts it and waits until it answers. */
    static Stub start(Lab lab) {
        try {
            Path file = Files.createTempFile("waymark-bench", ".conf");
            Files.writeString(file, """
                    setSecurityPollSuffix("")
                    setACL("0.0.0.0/0")
                    %saddAction(AllRule(), SpoofAction("192.0.2.1"))
                    """.formatted(Program.dnsdistListeners(ADDRESS)));
            Process process = lab.command(
                            Host.UPSTREAM, "dnsdist", "--supervised", "--disable-syslog", "-C", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Stub stub = new Stub(lab, process, file);
            stub.awaitAnswers();
            return stub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A load that no forwarder stands in the way of. */
    Load ask(Scenario scenario) {
        return Load.of(lab, ADDRESS, scenario);
    }

    private void awaitAnswers() {
        try {
            Waiting.until(
                    Duration.ofSeconds(10),
                    "the stub answers",
                    () -> ask(Scenario.PORT_1).atMost(10).seconds(1).run().completed() > 0);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.destroy();
        configuration.toFile().delete();
    }
}
