package org.waymark.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The section {@code [metrics]}: what is shown over HTTP.
 *
 * @param listen the address that the web server listens on; empty if there is none
 * @param marks how many marks are told apart, the busiest ones
 * @param names whether names in queries are shown
 */
public record Metrics(Optional<InetSocketAddress> listen, int marks, boolean names) {
    private static final int DEFAULT_PORT = 9453;

    static Metrics from(Section metrics) {
        Kind<InetSocketAddress> address = Kind.text(
                "an address of this host such as \"127.0.0.1:9453\" or \"[::1]:9453\", or \"\" for none",
                text -> AddressText.parse(text, DEFAULT_PORT));
        return new Metrics(
                metrics.value("listen", Kind.orNone(address), "127.0.0.1:9453"),
                metrics.value("marks", Kind.integer(0, 10_000), 200),
                metrics.value("names", Kind.flag(), false));
    }
}
