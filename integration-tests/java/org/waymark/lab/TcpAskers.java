package org.waymark.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * Clients that go on asking over TCP at a fixed rate, one question after the other. Every other one has one connection for all questions,
 * the rest open another after some.
 */
public final class TcpAskers implements AutoCloseable {
    private static final int QUESTIONS_PER_CONNECTION = 20;

    private final Lab lab;
    private final InetSocketAddress server;
    private final long periodNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean asking = true;

    private TcpAskers(Lab lab, InetSocketAddress server, long periodNanos) {
        this.lab = lab;
        this.server = server;
        this.periodNanos = periodNanos;
    }

    /**
     * Begins to ask.
     *
     * @param rate questions a second of each client
     * @param names the name by the index of the client and the number of its question
     */
    public static TcpAskers start(
            Lab lab,
            List<InetAddress> clients,
            InetSocketAddress server,
            int rate,
            BiFunction<Integer, Integer, String> names) {
        TcpAskers askers = new TcpAskers(lab, server, TimeUnit.SECONDS.toNanos(1) / rate);
        for (int i = 0; i < clients.size(); i++) {
            int index = i;
            Thread thread = new Thread(() -> askers.run(index, clients.get(index), names), "tcp asker " + i);
            thread.setDaemon(true);
            askers.threads.add(thread);
            thread.start();
        }
        return askers;
    }

    private void run(int index, InetAddress client, BiFunction<Integer, Integer, String> names) {
        int perConnection = index % 2 == 0 ? Integer.MAX_VALUE : QUESTIONS_PER_CONNECTION;
        int question = 0;
        long due = System.nanoTime();
        while (asking) {
            try (TcpClient connection = TcpClient.connect(lab, client, server)) {
                for (int i = 0; asking && i < perConnection; i++) {
                    ask(
                            connection,
                            Query.of(names.apply(index, question), Query.TXT).bytes(question++ & 0xffff));
                    due += periodNanos;
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            } catch (RuntimeException | AssertionError e) {
                failures.add(client + ", question " + question + ": " + e);
            }
        }
    }

    private void ask(TcpClient connection, byte[] query) {
        byte[] answer = connection.ask(query);
        if (Message.rcode(answer) != Message.NOERROR || !Arrays.equals(name(query), name(answer))) {
            failures.add(Message.name(query) + " got " + Message.name(answer) + ", rcode " + Message.rcode(answer));
        }
        answered.incrementAndGet();
    }

    private static byte[] name(byte[] message) {
        return Query.name(Message.name(message));
    }

    /** Stops asking. Returns how many questions were answered. */
    public long finish() {
        asking = false;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answered.get();
    }

    /** What went wrong, in words. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        finish();
    }
}
