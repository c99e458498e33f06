package org.waymark.server;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.waymark.accounts.Sum;
import org.waymark.config.Metrics;
import org.waymark.feed.Subscription;
import org.waymark.linux.Endpoint;
import org.waymark.linux.PortHolder;
import org.waymark.settings.Settings;
import org.waymark.web.WebServer;
import org.waymark.worker.Workers;

/** The web server of this process. Without one, Waymark runs all the same. */
final class Web implements AutoCloseable {
    private static final long PULSE_SECONDS = 1;

    private final Operators operators;
    private final WatchedMarks watched;
    private final WebSight sight;
    private final String version;
    private final Future<?> pulse;
    private Metrics present;
    private Optional<WebServer> server = Optional.empty();

    /**
     * @param settings tells the settings in force
     * @param accounts tells the bill
     * @param version Waymark's, in words
     */
    Web(
            Operators operators,
            Workers workers,
            Supplier<Settings> settings,
            Supplier<List<Sum>> accounts,
            String version) {
        this.operators = operators;
        this.watched = new WatchedMarks(
                workers.feed(),
                () -> settings.get().configuration().metrics().names(),
                System::nanoTime,
                this::collectLater);
        this.sight = new WebSight(workers, settings, accounts, watched);
        this.version = version.replaceFirst("version ", "");
        this.pulse = operators
                .loop()
                .scheduleAtFixedRate(workers.pulses()::feel, PULSE_SECONDS, PULSE_SECONDS, TimeUnit.SECONDS);
    }

    private void collectLater(Runnable task) {
        operators.loop().schedule(task, Subscription.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Listens where these settings say. What the page knew of the last hour is lost when they are others than before.
     *
     * @return why it does not listen; empty if it does, or is not to
     */
    synchronized Optional<String> adopt(Metrics next) {
        if (next.equals(present) && server.isPresent()) {
            return Optional.empty();
        }
        server.ifPresent(WebServer::close);
        server = Optional.empty();
        present = next;
        return next.listen().flatMap(address -> listenOn(address, next));
    }

    private Optional<String> listenOn(InetSocketAddress address, Metrics settings) {
        try {
            server = Optional.of(WebServer.start(operators.loop(), address, sight, version, settings.marks()));
            return Optional.empty();
        } catch (IOException e) {
            Endpoint wanted = Endpoint.of(address);
            return Optional.of("can't show metrics on " + wanted + ": "
                    + PortHolder.of(wanted).map(Web::describe).orElse(e.getMessage())
                    + "; set another address in metrics.listen, or \"\" for none");
        }
    }

    private static String describe(PortHolder holder) {
        return holder.pid() == 0
                ? "another program has " + holder.address()
                : holder.program() + " (process " + holder.pid() + ") has " + holder.address();
    }

    @Override
    public synchronized void close() {
        pulse.cancel(false);
        server.ifPresent(WebServer::close);
        operators.loop().submit(watched::close).awaitUninterruptibly();
    }
}
