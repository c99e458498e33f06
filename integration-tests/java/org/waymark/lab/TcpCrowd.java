package org.waymark.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many clients that ask over TCP, some at the same time; each opens a connection, asks its questions one behind the other, and goes. */
public final class TcpCrowd {
    private final Lab lab;
    private final List<InetAddress> clients;
    private final InetSocketAddress server;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();

    private TcpCrowd(Lab lab, List<InetAddress> clients, InetSocketAddress server) {
        this.lab = lab;
        this.clients = clients;
        this.server = server;
    }

    /** Clients that will ask one server. */
    public static TcpCrowd of(Lab lab, List<InetAddress> clients, InetSocketAddress server) {
        return new TcpCrowd(lab, clients, server);
    }

    /**
     * Asks, and waits for the answers.
     *
     * @param rounds how many questions each client asks
     * @param atOnce how many clients ask at the same time
     * @param names the names, by the number of the question; client {@code number % clients} asks it
     */
    public Crowd.Result ask(int rounds, int atOnce, IntFunction<String> names) {
        List<Thread> threads = IntStream.range(0, atOnce)
                .mapToObj(i -> new Thread(() -> askAsOneAfterTheOther(rounds, names), "tcp crowd"))
                .toList();
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Crowd.Result(answered.get(), unanswered.get(), wrong);
    }

    private void askAsOneAfterTheOther(int rounds, IntFunction<String> names) {
        for (int client = next.getAndIncrement(); client < clients.size(); client = next.getAndIncrement()) {
            try (TcpClient connection = TcpClient.connect(lab, clients.get(client), server)) {
                for (int round = 0; round < rounds; round++) {
                    connection.send(query(client, round, names));
                }
                for (int round = 0; round < rounds; round++) {
                    check(connection.receive().orElse(null), client, rounds, names);
                }
            } catch (RuntimeException | AssertionError e) {
                complain(clients.get(client) + ": " + e);
            }
        }
    }

    private byte[] query(int client, int round, IntFunction<String> names) {
        return Query.of(names.apply(round * clients.size() + client), Query.TXT).bytes(round);
    }

    /** Answers may come in any order; the id tells which question it is. */
    private void check(byte[] answer, int client, int rounds, IntFunction<String> names) {
        if (answer == null) {
            unanswered.incrementAndGet();
        } else if (answer.length >= Message.HEADER
                && Message.id(answer) < rounds
                && Arrays.equals(Message.answerTo(query(client, Message.id(answer), names)), answer)) {
            answered.incrementAndGet();
        } else {
            complain(clients.get(client) + " got " + Message.name(answer) + ", rcode " + Message.rcode(answer));
        }
    }

    private synchronized void complain(String what) {
        wrong.add(what);
    }
}
