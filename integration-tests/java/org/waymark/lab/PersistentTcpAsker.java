package org.waymark.lab;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A client that asks over TCP, one question after the other, each on a connection of its own. As resolvers do (RFC 7766, section 6.2.4), it
 * asks again when the connection is closed before the answer has come.
 */
public final class PersistentTcpAsker implements AutoCloseable {
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final Thread thread;
    private volatile boolean asking = true;

    private PersistentTcpAsker(Lab lab, InetAddress client, InetSocketAddress server, IntFunction<String> names) {
        thread = new Thread(() -> run(lab, client, server, names), "persistent tcp asker");
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins to ask for TXT of these names. */
    public static PersistentTcpAsker start(
            Lab lab, InetAddress client, InetSocketAddress server, IntFunction<String> names) {
        return new PersistentTcpAsker(lab, client, server, names);
    }

    private void run(Lab lab, InetAddress client, InetSocketAddress server, IntFunction<String> names) {
        for (int question = 0; asking; question++) {
            byte[] query = Query.of(names.apply(question), Query.TXT).bytes(question & 0xffff);
            try {
                while (!ask(lab, client, server, query)) {
                    again.incrementAndGet();
                }
                answered.incrementAndGet();
            } catch (RuntimeException | AssertionError e) {
                failures.add(Message.name(query) + ": " + e);
            }
            Waiting.briefly();
        }
    }

    private boolean ask(Lab lab, InetAddress client, InetSocketAddress server, byte[] query) {
        try (TcpClient connection = TcpClient.connect(lab, client, server)) {
            if (!isSent(connection, query)) {
                return false;
            }
            Optional<byte[]> answer = connection.receive();
            answer.filter(each -> Message.rcode(each) != Message.NOERROR)
                    .ifPresent(each -> failures.add(Message.name(query) + ": rcode " + Message.rcode(each)));
            return answer.isPresent();
        }
    }

    private static boolean isSent(TcpClient connection, byte[] query) {
        try {
            connection.send(query);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Stops asking. Returns how many questions were answered. */
    public int finish() {
        asking = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answered.get();
    }

    /** How many times it has asked again. */
    public int again() {
        return again.get();
    }

    /** What went wrong, in words: also a connection that was refused. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        finish();
    }
}
