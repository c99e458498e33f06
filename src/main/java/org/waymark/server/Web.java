package org.waymark.server;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.accounts.Accounts;
import org.waymark.config.Metrics;
import org.waymark.feed.Subscription;
import org.waymark.linux.Endpoint;
import org.waymark.linux.PortHolder;
import org.waymark.settings.Settings;
import org.waymark.web.WebServer;
import org.waymark.worker.Workers;

/** The web server of this process. Without one, Waymark runs all the same. */
final class Web implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Web.class);

    private static final long PULSE_SECONDS = 1;

    private final Operators operators;
    private final WatchedMarks watched;
    private final WebSight sight;
    private final String version;
    private final Future<?> pulse;
    private Optional<WebServer> server = Optional.empty();

    Web(
            Operators operators,
            Workers workers,
            Supplier<Settings> present,
            Accounts accounts,
            Origin origin,
            Metrics settings) {
        this.operators = operators;
        this.watched = new WatchedMarks(workers.feed(), settings.names(), System::nanoTime, this::collectLater);
        this.sight = new WebSight(workers, present, accounts, watched);
        this.version = origin.version().replaceFirst("version ", "");
        this.pulse = operators
                .loop()
                .scheduleAtFixedRate(workers::feelPulse, PULSE_SECONDS, PULSE_SECONDS, TimeUnit.SECONDS);
    }

    private void collectLater(Runnable task) {
        operators.loop().schedule(task, Subscription.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Listens, or says why not. */
    void open(Metrics settings) {
        server = settings.listen().flatMap(address -> listenOn(address, settings));
    }

    private Optional<WebServer> listenOn(InetSocketAddress address, Metrics settings) {
        try {
            return Optional.of(WebServer.start(operators.loop(), address, sight, version, settings.marks()));
        } catch (IOException e) {
            Endpoint wanted = Endpoint.of(address);
            LOG.warn(
                    "can't show metrics on {}: {}; set another address in metrics.listen, or \"\" for none",
                    wanted,
                    PortHolder.of(wanted).map(Web::describe).orElse(e.getMessage()));
            return Optional.empty();
        }
    }

    private static String describe(PortHolder holder) {
        return holder.pid() == 0
                ? "another program has " + holder.address()
                : holder.program() + " (process " + holder.pid() + ") has " + holder.address();
    }

    @Override
    public void close() {
        pulse.cancel(false);
        server.ifPresent(WebServer::close);
        operators.loop().submit(watched::close).awaitUninterruptibly();
    }
}
