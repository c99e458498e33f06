package org.waymark.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What clients of the control socket may ask for and watch, and the threads that the answers are made on. */
public final class Commands implements AutoCloseable {
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 10;

    private final Map<String, Command> commands = new HashMap<>();
    private final Map<String, EventSource> sources = new HashMap<>();
    private final Consumer<Throwable> onFault;

    /** No more wait than there are clients, because each has one request at a time. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Commands::daemon);

    /**
     * @param commands what may be asked for
     * @param sources what may be watched
     * @param onFault is told what a command throws that it should not; on any thread
     */
    public Commands(Collection<Command> commands, Collection<EventSource> sources, Consumer<Throwable> onFault) {
        commands.forEach(each -> this.commands.put(each.name(), each));
        sources.forEach(each -> this.sources.put(each.name(), each));
        this.onFault = onFault;
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "control");
        thread.setDaemon(true);
        return thread;
    }

    /** What may be watched under this name; null if there is none. */
    EventSource source(String name) {
        return sources.get(name);
    }

    /**
     * Answers a request on another thread.
     *
     * @param answered gets the line to send, on that thread
     */
    void answer(String name, Map<String, Object> arguments, Consumer<byte[]> answered) {
        threads.execute(() -> answered.accept(answer(name, arguments)));
    }

    private byte[] answer(String name, Map<String, Object> arguments) {
        Command command = commands.get(name);
        if (command == null) {
            return Lines.of(Lines.ERROR, "the command \"" + name + "\" is unknown (allowed: " + allowed() + ")");
        }
        try {
            return Lines.of(Lines.OK, command.answer(arguments));
        } catch (CommandException e) {
            return Lines.of(Lines.ERROR, e.getMessage());
        } catch (RuntimeException e) {
            return fault(name, e);
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
        threads.shutdownNow();
    }
}
