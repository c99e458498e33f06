package org.waymark.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.control.Command;
import org.waymark.control.CommandException;
import org.waymark.host.ListenCheck;
import org.waymark.linux.Endpoint;
import org.waymark.settings.Settings;
import org.waymark.settings.SettingsWatch;

/**
 * {@code waymark reload}, and SIGHUP: reads the configuration again and puts it into force, or says why not. The log and systemd are told,
 * too.
 */
final class ReloadAnswer implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadAnswer.class);

    /** Less than clients wait. */
    private static final long PATIENCE_SECONDS = 50;

    private final SettingsWatch settings;
    private final SettingsWatch.Reader reader;
    private final Path file;
    private final Configuration atStart;
    private final Notices notices;
    private final Function<Configuration, List<String>> adoptRest;
    private final NewWarnings warnings;
    private volatile Map<String, Object> latest = Map.of();

    /**
     * @param reader reads the configuration
     * @param file the configuration file
     * @param atStart what this process has started with
     * @param adoptRest puts into force what the workers do not adopt, and says why it could not do so
     */
    ReloadAnswer(
            SettingsWatch settings,
            SettingsWatch.Reader reader,
            Path file,
            Configuration atStart,
            Notices notices,
            Function<Configuration, List<String>> adoptRest) {
        this.settings = settings;
        this.reader = reader;
        this.file = file.toAbsolutePath();
        this.atStart = atStart;
        this.notices = notices;
        this.adoptRest = adoptRest;
        this.warnings = new NewWarnings(file, atStart);
    }

    /** When the configuration was read again, and if it was refused, why; empty if it was not. */
    Map<String, Object> latest() {
        return latest;
    }

    /** Why the latest reload was refused, in one line; empty if it was not. */
    Optional<String> refusal() {
        return Optional.ofNullable(latest.get("refused"))
                .flatMap(reason -> reason.toString().lines().findFirst());
    }

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        if (arguments.get("configuration") instanceof String meant) {
            refuseOther(Path.of(meant));
        }
        try {
            return now().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CommandException("nothing has changed:\n" + reason(e.getCause()));
        } catch (TimeoutException e) {
            throw new CommandException("the reload has not ended within " + PATIENCE_SECONDS
                    + " s (is a file that it reads on a network file system?); the log says when it has");
        } catch (InterruptedException e) {
            throw new CommandException("Waymark is stopping");
        }
    }

    /** A faulty file may name no socket, or a wrong one, and then another Waymark would be reloaded and tell of success. */
    private void refuseOther(Path meant) throws CommandException {
        if (!isSame(meant)) {
            throw new CommandException("nothing has changed: the Waymark at this control socket runs by " + file
                    + ", not by " + meant + "; name the socket of the other one with --socket");
        }
    }

    private boolean isSame(Path meant) {
        try {
            return meant.normalize().equals(file.normalize()) || Files.isSameFile(meant, file);
        } catch (IOException e) {
            return false; // One of them is not there.
        }
    }

    /**
     * Reloads, after what is being reloaded already.
     *
     * @return what there is to tell, once the settings are in force; or why they are not
     */
    CompletableFuture<Map<String, Object>> now() {
        return settings.reload(this::read).thenApply(this::succeeded).whenComplete((done, failure) -> {
            if (failure != null) {
                failed(failure);
            }
        });
    }

    private Configuration read() throws ConfigurationException {
        notices.send(notifier -> notifier.reloading(System.nanoTime()));
        return reader.read();
    }

    private Map<String, Object> succeeded(Settings now) {
        Configuration configuration = now.configuration();
        List<String> notes = new ArrayList<>();
        notes.addAll(warnings.of(configuration));
        now.groups().stream()
                .filter(group -> group.servers().isEmpty())
                .forEach(group -> notes.add(group + ", so its queries fail until a file names one"));
        notes.addAll(ListenCheck.absences(configuration.listen().addresses()));
        notes.addAll(adoptRest.apply(configuration));
        needRestart(configuration).forEach(key -> notes.add(key + ": needs a restart"));
        String summary = "answers on "
                + configuration.listen().addresses().stream()
                        .map(address -> Endpoint.of(address).toString())
                        .collect(Collectors.joining(", "))
                + "; " + now.groups().stream().map(Settings.Group::toString).collect(Collectors.joining("; "));
        latest = Map.of("time", Instant.now().toString());
        LOG.info("Reloaded: {}", summary);
        notes.forEach(LOG::warn);
        notices.send(notifier -> notifier.reloaded("Reloaded" + (notes.isEmpty() ? "" : "; " + notes.get(0))));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("reloaded", summary);
        answer.put("notes", notes);
        return answer;
    }

    private void failed(Throwable failure) {
        String reason = reason(failure);
        latest = Map.of("time", Instant.now().toString(), "refused", reason);
        reason.lines().forEach(line -> LOG.error("reload: nothing has changed: {}", line));
        notices.send(notifier -> notifier.reloaded(
                "Reload refused, nothing has changed: " + refusal().orElse("")));
    }

    /** A failure that is not a refusal is a fault of the program, and worth its type. */
    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RuntimeException ? cause.toString() : cause.getMessage();
    }

    /** The keys that other values were given to since the start, and that this process does not adopt. */
    private List<String> needRestart(Configuration now) {
        List<String> keys = new ArrayList<>();
        addIfOther(keys, "control.socket", atStart.control(), now.control());
        return keys;
    }

    private static void addIfOther(List<String> keys, String key, Object before, Object now) {
        if (!Objects.equals(before, now)) {
            keys.add(key);
        }
    }
}
