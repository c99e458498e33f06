package org.waymark.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What clients of the control socket may ask for and watch, and the threads that make the answers. */
public final class Commands implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final Map<String, Command> commands = new HashMap<>();
    private final Map<String, EventSource> sources = new HashMap<>();
    private final Consumer<Throwable> onFault;

    /** One for each command, so that one that takes long holds up only itself. */
    private final Map<String, ThreadPoolExecutor> threads = new HashMap<>();

    /**
     * @param commands what may be asked for
     * @param sources what may be watched
     * @param onFault is told what a command throws that it should not; on any thread
     */
    public Commands(Collection<Command> commands, Collection<EventSource> sources, Consumer<Throwable> onFault) {
        commands.forEach(each -> {
            this.commands.put(each.name(), each);
            threads.put(each.name(), threadOf(each.name()));
        });
        sources.forEach(each -> this.sources.put(each.name(), each));
        this.onFault = onFault;
    }

    private static ThreadPoolExecutor threadOf(String command) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, command);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** What may be watched under this name; null if there is none. */
    EventSource source(String name) {
        return sources.get(name);
    }

    /**
     * Answers a request on another thread, after those for the same command.
     *
     * @param answered gets the line to send, on that thread; or at once, if there is no such command
     */
    void answer(String name, Map<String, Object> arguments, Consumer<byte[]> answered) {
        Command command = commands.get(name);
        if (command == null) {
            answered.accept(
                    Lines.of(Lines.ERROR, "the command \"" + name + "\" is unknown (allowed: " + allowed() + ")"));
        } else {
            threads.get(name).execute(() -> answered.accept(answer(command, arguments)));
        }
    }

    private byte[] answer(Command command, Map<String, Object> arguments) {
        try {
            return Lines.of(Lines.OK, command.answer(arguments));
        } catch (CommandException e) {
            return Lines.of(Lines.ERROR, e.getMessage());
        } catch (RuntimeException e) {
            return fault(command.name(), e);
        }
    }

    /** The line about something that should not happen. */
    byte[] fault(String name, RuntimeException e) {
        onFault.accept(e);
        return Lines.of(Lines.ERROR, name + " has failed because of an error in Waymark, which its log describes");
    }

    private String allowed() {
        TreeSet<String> names = new TreeSet<>(commands.keySet());
        names.addAll(sources.keySet());
        return String.join(", ", names);
    }

    /** Begins nothing more. */
    @Override
    public void close() {
        threads.values().forEach(ThreadPoolExecutor::shutdownNow);
    }
}
