package org.waymark.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;

class SettingsWatchTest {
    @TempDir
    private Path folder;

    private Path file;

    @AutoClose
    private SettingsWatch watch;

    private final List<String> adopted = Collections.synchronizedList(new ArrayList<>());
    private boolean refuses;

    private final SettingsWatch.Adopter adopter = new SettingsWatch.Adopter() {
        @Override
        public void adopt(Settings next) throws CannotAdoptException {
            if (refuses) {
                throw new CannotAdoptException("no", null);
            }
            adopted.add(next.servers().toString());
        }

        @Override
        public void tidy() {}
    };

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("waymark.toml");
        write("192.0.2.1");
        watch = new SettingsWatch(Configuration.read(file));
        watch.start(adopter);
    }

    private void write(String server) throws Exception {
        Files.writeString(file, "[[upstream]]\nservers = [\"" + server + "\"]\n");
    }

    @Test
    void reloadPutsTheFileIntoForce() throws Exception {
        write("192.0.2.2");
        assertEquals(
                "[192.0.2.2:53]",
                watch.reload(() -> Configuration.read(file)).get().servers().toString());
        assertEquals(List.of("[192.0.2.2:53]"), adopted);
    }

    @Test
    void nothingIsAdoptedFromABadFile() throws Exception {
        write("nobody");
        assertInstanceOf(ConfigurationException.class, failureOf(watch.reload(() -> Configuration.read(file))));
        assertEquals(List.of(), adopted);
    }

    @Test
    void refusalOfTheHostIsTold() {
        refuses = true;
        assertInstanceOf(CannotAdoptException.class, failureOf(watch.reload(() -> Configuration.read(file))));
    }

    @Test
    void secondReloadWaitsForTheFirst() throws Exception {
        CountDownLatch secondIsAsked = new CountDownLatch(1);
        CompletableFuture<Settings> first = watch.reload(() -> {
            await(secondIsAsked);
            return Configuration.read(file);
        });
        CompletableFuture<Settings> second = watch.reload(() -> {
            adopted.add("second");
            return Configuration.read(file);
        });
        secondIsAsked.countDown();
        first.get();
        second.get();
        assertEquals(List.of("[192.0.2.1:53]", "second", "[192.0.2.1:53]"), adopted);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Throwable failureOf(CompletableFuture<Settings> reload) {
        return assertThrows(ExecutionException.class, reload::get).getCause();
    }
}
