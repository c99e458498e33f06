package org.waymark.settings;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;

/**
 * Makes the settings from the configuration and from what it leaves to the host, and makes them again when one of them changes. Every 2 s it
 * looks at the host; the configuration is read when somebody asks for it. One thread does all of this, one change after the other, because
 * reading a file may take long and no query must wait for that.
 */
public final class SettingsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

    private static final long INTERVAL_SECONDS = 2;
    private static final long PATIENCE_SECONDS = 1;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "settings");
        daemon.setDaemon(true);
        return daemon;
    });

    private Sources sources;
    private Adopter adopter;
    private boolean isRefused;

    /** Puts settings into force. */
    public interface Adopter {
        /**
         * @param next the settings from now on
         * @throws CannotAdoptException if this host does not allow it; nothing has changed then
         */
        void adopt(Settings next) throws CannotAdoptException;

        /** Gives up what nothing uses any more; called from time to time, between two changes. */
        void tidy();
    }

    /** Reads the configuration. */
    @FunctionalInterface
    public interface Reader {
        /**
         * @return what the files say now
         * @throws ConfigurationException if anything in them is wrong
         */
        Configuration read() throws ConfigurationException;
    }

    /**
     * Reads everything for the first time.
     *
     * @param configuration the configuration
     */
    public SettingsWatch(Configuration configuration) {
        this.sources = Sources.of(configuration);
    }

    /**
     * @return the settings as of now, before {@link #start}
     */
    public Settings current() {
        return sources.current();
    }

    /**
     * Starts to look at the host, and logs which clients may ask because of the interfaces.
     *
     * @param onChange puts the settings into force whenever they have changed
     */
    public void start(Adopter onChange) {
        adopter = onChange;
        sources.announce();
        thread.scheduleWithFixedDelay(this::check, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void check() {
        try {
            if (sources.refresh() || isRefused) {
                isRefused = true;
                adopter.adopt(sources.current());
                isRefused = false;
                sources.tell();
            } else {
                adopter.tidy();
                sources.tidy();
            }
        } catch (CannotAdoptException e) {
            LOG.warn("can't adopt what has changed on this host: {}", e.getMessage());
        } catch (RuntimeException e) {
            // After an exception the executor would never call again.
            LOG.error("can't adopt what has changed on this host", e);
        }
    }

    /**
     * Reads the configuration and everything that it leaves to the host, and puts it into force. If that is not possible nothing changes.
     * A second call waits for the first.
     *
     * @param reader reads the configuration
     * @return the settings in force, or else a {@link ConfigurationException} or {@link CannotAdoptException} that says why they are not
     */
    public CompletableFuture<Settings> reload(Reader reader) {
        CompletableFuture<Settings> result = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                result.complete(replace(reader.read()));
            } catch (ConfigurationException | CannotAdoptException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private Settings replace(Configuration configuration) throws CannotAdoptException {
        Sources next = sources.replacedBy(configuration);
        Settings settings = next.current();
        adopter.adopt(settings);
        next.announceChange(sources);
        sources = next;
        isRefused = false;
        return settings;
    }

    /** Changes nothing any more, and waits at most 1 s for the change that is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
