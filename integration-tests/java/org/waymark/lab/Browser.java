package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Chromium without a window, on the gateway. Each page gets a browser of its own, which has never seen anything. */
public final class Browser {
    private static final Pattern REQUEST = Pattern.compile("\"url\":\"((?:https?|wss?)://[^\"]*)\"");

    /** What it asks for by itself, such as the time. */
    private static final Pattern OWN_REQUEST =
            Pattern.compile("https?://[a-z0-9.]+\\.(?:google|googleapis|gvt1)\\.com/.*");

    private final Lab lab;

    public Browser(Lab lab) {
        this.lab = lab;
    }

    /**
     * What a page has become when its scripts have run.
     *
     * @param html the elements
     * @param requests the addresses that were asked for
     */
    public record Page(String html, Set<String> requests) {}

    /**
     * Loads a page and lets its scripts run.
     *
     * @param width of the window, in pixels
     */
    public Page load(String address, int width) {
        try {
            Path folder = Files.createTempDirectory("waymark-it");
            try {
                Path requests = folder.resolve("requests");
                List<String> words = new ArrayList<>(List.of("chromium", "--headless=new", "--no-sandbox"));
                words.addAll(List.of("--disable-gpu", "--no-first-run", "--disable-background-networking"));
                words.addAll(List.of("--disable-component-update", "--disable-sync", "--disable-extensions"));
                words.add("--user-data-dir=" + folder.resolve("profile"));
                words.add("--log-net-log=" + requests);
                words.addAll(List.of("--window-size=" + width + ",900", "--virtual-time-budget=5000", "--dump-dom"));
                words.add(address);
                String html =
                        lab.exec(Host.GATEWAY, words.toArray(String[]::new)).orFail();
                return new Page(html, addresses(Files.readString(requests)));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> addresses(String log) {
        Set<String> addresses = new TreeSet<>();
        REQUEST.matcher(log).results().forEach(found -> addresses.add(found.group(1)));
        addresses.removeIf(address -> OWN_REQUEST.matcher(address).matches());
        return addresses;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
