package org.waymark.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.waymark.mark.Mark;

/** What there is at each path. */
final class Site implements Function<Request, HttpAnswer> {
    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int MISDIRECTED = 421;
    private static final int UNAVAILABLE = 503;

    private final AllowedHosts hosts;
    private final Map<String, Function<Request, HttpAnswer>> paths;

    Site(AllowedHosts hosts, Sight sight, Figures figures, PageFigures page) {
        this.hosts = hosts;
        Exposition exposition = new Exposition();
        paths = Map.of(
                "/metrics", request -> exposition.answer(figures.now(), request),
                "/health", request -> state("healthy", sight::fault),
                "/ready", request -> state("ready", sight::hindrance),
                "/figures.json",
                        request -> request.mark()
                                .map(mark -> page.of(Mark.parse(mark)))
                                .orElseGet(page::now),
                "/", file("page.html", "text/html; charset=utf-8"),
                "/page.css", file("page.css", "text/css; charset=utf-8"),
                "/page.js", file("page.js", "text/javascript; charset=utf-8"));
    }

    /** Answers the two that programs and people ask for again and again, so that the first of them does not wait for classes to load. */
    void rehearse() {
        for (String path : List.of("/metrics", "/figures.json")) {
            apply(new Request("GET", path, Optional.empty(), "", "", true)).compressed();
        }
    }

    private static HttpAnswer state(String well, Supplier<Optional<String>> problem) {
        return problem.get()
                .map(found -> HttpAnswer.line(UNAVAILABLE, "not " + well + ": " + found))
                .orElseGet(() -> HttpAnswer.line(200, well));
    }

    /** Read at once: an upgrade replaces the jar, and Java opens the one that is there then. */
    private static Function<Request, HttpAnswer> file(String name, String type) {
        try (InputStream file = Site.class.getResourceAsStream(name)) {
            byte[] content = file.readAllBytes();
            return request -> HttpAnswer.of(type, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public HttpAnswer apply(Request request) {
        if (!hosts.allows(request.host())) {
            return HttpAnswer.line(
                    MISDIRECTED,
                    "Ask by address, as localhost, or by a name that this host has in /etc/hostname or /etc/hosts.");
        }
        if (!METHODS.contains(request.method())) {
            return HttpAnswer.line(NOT_ALLOWED, "Nothing can be changed here.");
        }
        return paths.getOrDefault(request.path(), other -> HttpAnswer.line(NOT_FOUND, "Nothing is here; see /"))
                .apply(request);
    }
}
