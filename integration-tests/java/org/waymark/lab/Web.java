package org.waymark.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The web server of Waymark, asked from the gateway itself with curl. */
public final class Web {
    /** Where it listens by default. */
    public static final String ADDRESS = "127.0.0.1:9453";

    private final Lab lab;

    public Web(Lab lab) {
        this.lab = lab;
    }

    /** The status and the body, such as {@code 200 healthy}. */
    public String get(String path, String... options) {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "-w", "%{stderr}%{http_code} "));
        words.addAll(List.of(options));
        words.add("http://" + ADDRESS + path);
        Lab.Outcome outcome = lab.exec(Host.GATEWAY, words.toArray(String[]::new));
        outcome.orFail();
        return outcome.errors() + outcome.output().strip();
    }

    /** The sum of the samples of a metric whose labels contain this text. */
    public double sum(String metric, String labels) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** From the request to the last byte of the answer, in milliseconds, of so many scrapes one after the other. */
    public List<Double> scrapeMillis(int scrapes) {
        String times = lab.exec(
                        Host.GATEWAY,
                        "curl",
                        "-sS",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{time_pretransfer} %{time_total}\n",
                        "http://" + ADDRESS + "/metrics?[1-" + scrapes + "]")
                .orFail();
        return times.lines()
                .map(line -> line.split(" "))
                .map(seconds -> 1000 * (Double.parseDouble(seconds[1]) - Double.parseDouble(seconds[0])))
                .sorted()
                .collect(Collectors.toList());
    }
}
