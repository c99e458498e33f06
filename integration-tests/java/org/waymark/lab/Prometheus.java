package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Debian's Prometheus on the gateway, which scrapes Waymark every second until it is closed. */
public final class Prometheus implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.1:9090";

    private final Lab lab;
    private final Path folder;
    private final Process process;

    private Prometheus(Lab lab, Path folder, Process process) {
        this.lab = lab;
        this.folder = folder;
        this.process = process;
    }

    public static Prometheus start(Lab lab) {
        try {
            Path folder = Files.createTempDirectory("waymark-it");
            Path file = Files.writeString(folder.resolve("prometheus.yml"), """
                    global: { scrape_interval: 1s, scrape_timeout: 1s }
                    scrape_configs:
                      - job_name: waymark
                        static_configs: [ { targets: [ "%s" ] } ]
                    """.formatted(Web.ADDRESS));
            Process process = lab.command(
                            Host.GATEWAY,
                            "prometheus",
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + folder,
                            "--web.listen-address=" + ADDRESS)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            return new Prometheus(lab, folder, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it answers to a query now, as JSON; empty while it does not answer yet. */
    public String query(String expression) {
        return lab.exec(
                        Host.GATEWAY,
                        "curl",
                        "-s",
                        "--data-urlencode",
                        "query=" + expression,
                        "http://" + ADDRESS + "/api/v1/query")
                .output();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
