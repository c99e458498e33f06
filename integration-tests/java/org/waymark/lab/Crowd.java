package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Many clients that ask at once over UDP, with a number of questions in flight; each client has one socket. Nothing is asked twice, so
 * an answer that is lost stays lost.
 */
public final class Crowd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Member> members = new ArrayList<>();
    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
    private final List<String> wrong = new ArrayList<>();
    private Expectation expected = (client, query, answer) -> Arrays.equals(Message.answerTo(query), answer);
    private Duration patience = PATIENCE;
    private volatile boolean stopped;
    private int answered;
    private int unanswered;

    /** How many questions got the right answer, how many got none, and the answers that were wrong. */
    public record Result(int answered, int unanswered, List<String> wrong) {}

    /** Tells a right answer from a wrong one; clients are numbered from 0. */
    @FunctionalInterface
    public interface Expectation {
        boolean isRight(int client, byte[] query, byte[] answer);
    }

    private static final class Member {
        final int number;
        final DatagramChannel channel;
        final Map<Integer, byte[]> questions = new HashMap<>();
        int nextId;

        Member(int number, DatagramChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    private Crowd(InetSocketAddress server) throws IOException {
        this.server = server;
        this.selector = Selector.open();
    }

    /** Opens a socket for each client address, all to one server. */
    public static Crowd of(Lab lab, List<InetAddress> clients, InetSocketAddress server) {
        return lab.in(Host.CLIENT, () -> {
            Crowd crowd = new Crowd(server);
            for (InetAddress client : clients) {
                DatagramChannel channel = DatagramChannel.open(Family.of(client).protocolFamily());
                channel.bind(new InetSocketAddress(client, 0)).configureBlocking(false);
                Member member = new Member(crowd.members.size(), channel);
                channel.register(crowd.selector, SelectionKey.OP_READ, member);
                crowd.members.add(member);
            }
            return crowd;
        });
    }

    /** Expects other answers than {@link Message#answerTo}. */
    public Crowd expecting(Expectation other) {
        expected = other;
        return this;
    }

    /** Takes what is open for lost when no answer at all has come for so long; it is a forwarder that is known to lose some. */
    public Crowd losing(Duration silence) {
        patience = silence;
        return this;
    }

    /**
     * Asks, the clients taking turns, and waits for the answers.
     *
     * @param names the name that is asked for, by the number of the question; client {@code number % clients} asks it
     */
    public Result ask(int questions, int inFlight, IntFunction<String> names) {
        int next = 0;
        try {
            while (!stopped && answered + wrong.size() < questions) {
                while (next < questions && unanswered < inFlight) {
                    send(members.get(next % members.size()), names.apply(next));
                    next++;
                }
                if (selector.select(this::receive, patience.toMillis()) == 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Result(answered, unanswered, wrong);
    }

    /** Asks likewise, and tells how many answers a second came. */
    public double rate(int questions, int inFlight, IntFunction<String> names) {
        long start = System.nanoTime();
        Result result = ask(questions, inFlight, names);
        return (result.answered + result.wrong.size()) * 1e9 / (System.nanoTime() - start);
    }

    /** Has the one who asks ask nothing more, and not wait for what may still come: it is for another thread. */
    public void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }

    private void send(Member member, String name) throws IOException {
        int id = member.nextId++ & 0xffff;
        byte[] query = Query.of(name, Query.TXT).bytes(id);
        member.questions.put(id, query);
        member.channel.send(ByteBuffer.wrap(query), server);
        unanswered++;
    }

    private void receive(SelectionKey key) {
        Member member = (Member) key.attachment();
        try {
            while (member.channel.receive(buffer.clear()) != null) {
                byte[] answer = new byte[buffer.flip().remaining()];
                buffer.get(answer);
                byte[] query = answer.length < Message.HEADER ? null : member.questions.remove(Message.id(answer));
                if (query == null) {
                    wrong.add("nobody asked for " + Arrays.toString(answer));
                } else {
                    unanswered--;
                    check(member.number, query, answer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(int client, byte[] query, byte[] answer) {
        if (expected.isRight(client, query, answer)) {
            answered++;
        } else {
            wrong.add("client " + client + " asks for " + Message.name(query) + " and gets " + Message.name(answer)
                    + " " + Answer.text(answer) + ", rcode " + Message.rcode(answer));
        }
    }
}
