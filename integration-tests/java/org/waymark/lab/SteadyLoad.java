package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Clients that ask at a fixed rate over UDP, however the answers come, as the clients of a network do; nothing is asked twice. It runs
 * in a thread of its own, so that the test can do harm meanwhile.
 */
public final class SteadyLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final double SLOW_MILLIS = 500;

    private final List<Member> members = new ArrayList<>();
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
    private final int rate;
    private final IntFunction<String> names;
    private final List<Asked> asked = new ArrayList<>();
    private final CompletableFuture<List<Asked>> result = new CompletableFuture<>();
    private volatile boolean asking = true;
    private volatile Duration patience = PATIENCE;
    private volatile long startedAt;
    private volatile int sent;

    /** When an answer came the latest time that took longer than what {@link #untilCaughtUp} calls quick. */
    private volatile double latestSlowAnswer;

    private int open;

    private static final class Member {
        final DatagramChannel channel;
        final Asked[] questions = new Asked[1 << 16];
        int nextId;

        Member(DatagramChannel channel) {
            this.channel = channel;
        }
    }

    /** A question: when it was asked since the start, and what came of it. */
    public static final class Asked {
        private final byte[] query;
        private final long nanos;
        private long tookNanos = -1;
        private int rcode;

        private Asked(byte[] query, long nanos) {
            this.query = query;
            this.nanos = nanos;
        }

        public boolean isBetween(double fromSeconds, double toSeconds) {
            return nanos >= fromSeconds * 1e9 && nanos < toSeconds * 1e9;
        }

        public boolean isAnswered() {
            return tookNanos >= 0;
        }

        public boolean has(int code) {
            return isAnswered() && rcode == code;
        }

        public double millis() {
            return tookNanos / 1e6;
        }
    }

    private SteadyLoad(int rate, IntFunction<String> names) throws IOException {
        this.rate = rate;
        this.names = names;
        this.selector = Selector.open();
    }

    /** Begins to ask: the clients in turn, {@code rate} questions a second in all, for TXT of these names. */
    public static SteadyLoad start(
            Lab lab, List<InetAddress> clients, InetSocketAddress server, int rate, IntFunction<String> names) {
        SteadyLoad load = lab.in(Host.CLIENT, () -> {
            SteadyLoad created = new SteadyLoad(rate, names);
            for (InetAddress client : clients) {
                DatagramChannel channel = DatagramChannel.open(Family.of(client).protocolFamily());
                channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
                channel.bind(new InetSocketAddress(client, 0)).connect(server);
                channel.configureBlocking(false);
                Member member = new Member(channel);
                channel.register(created.selector, SelectionKey.OP_READ, member);
                created.members.add(member);
            }
            return created;
        });
        load.startedAt = System.nanoTime();
        Thread thread = new Thread(load::run, "steady load");
        thread.setDaemon(true);
        thread.start();
        return load;
    }

    /** Seconds since the start. */
    public double seconds() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** Lets it go on until so many seconds after the start. */
    public void untilSecond(double second) {
        Waiting.until(Duration.ofMinutes(2), "second " + second, () -> seconds() >= second);
    }

    /** Lets it go on until no answer has taken longer than half a second for so long: nothing waits any more then. */
    public void untilCaughtUp(double seconds) {
        double from = seconds();
        Waiting.until(
                Duration.ofMinutes(2),
                "answers come quickly",
                () -> seconds() - Math.max(from, latestSlowAnswer) >= seconds);
    }

    /** Lets it go on until so many questions have been asked. */
    public void untilAsked(int questions) {
        Waiting.until(Duration.ofMinutes(2), questions + " questions", () -> sent >= questions);
    }

    /** Stops asking, waits for what may still come, and tells everything. */
    public List<Asked> finish() {
        return finish(PATIENCE);
    }

    /** The same, but what has not come in this time after the last question counts as unanswered. */
    public List<Asked> finish(Duration longest) {
        patience = longest;
        asking = false;
        return result.join();
    }

    private void run() {
        try {
            while (asking) {
                long due = (long) (seconds() * rate);
                for (int burst = 0; asked.size() < due && burst < 64; burst++) {
                    ask(asked.size());
                }
                receive(asked.size() < due ? 0 : 1);
            }
            long end = System.nanoTime() + patience.toNanos();
            while (open > 0 && System.nanoTime() < end) {
                receive(10);
            }
            result.complete(asked);
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void ask(int number) throws IOException {
        Member member = members.get(number % members.size());
        int id = member.nextId++ & 0xffff;
        byte[] query = Query.of(names.apply(number), Query.TXT).edns(1232, 0).bytes(id);
        Asked question = new Asked(query, System.nanoTime() - startedAt);
        member.questions[id] = question;
        asked.add(question);
        sent = asked.size();
        open++;
        try {
            member.channel.write(ByteBuffer.wrap(query));
        } catch (PortUnreachableException e) {
            // What an earlier question has met; this one has not been sent.
            member.channel.write(ByteBuffer.wrap(query));
        }
    }

    private void receive(long millis) throws IOException {
        if (millis == 0) {
            selector.selectNow(this::read);
        } else {
            selector.select(this::read, millis);
        }
    }

    private void read(SelectionKey key) {
        Member member = (Member) key.attachment();
        try {
            while (member.channel.read(buffer.clear()) > 0) {
                byte[] answer = new byte[buffer.flip().remaining()];
                buffer.get(answer);
                answered(member.questions[Message.id(answer)], answer);
            }
        } catch (SocketException e) {
            // Refused for a moment; the question stays without an answer.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answered(Asked question, byte[] answer) {
        if (question == null || question.isAnswered()) {
            throw new IllegalStateException("nobody asked for " + Arrays.toString(answer));
        }
        if (!Message.name(answer).equals(Message.name(question.query))) {
            throw new IllegalStateException(Message.name(question.query) + " got " + Message.name(answer));
        }
        question.tookNanos = System.nanoTime() - startedAt - question.nanos;
        question.rcode = Message.rcode(answer);
        if (question.millis() > SLOW_MILLIS) {
            latestSlowAnswer = seconds();
        }
        open--;
    }

    /** How many of these there are. */
    public static long count(List<Asked> asked, Predicate<Asked> which) {
        return asked.stream().filter(which).count();
    }

    /** The latency in milliseconds that this share of the answered ones does not exceed. */
    public static double percentile(List<Asked> asked, double share) {
        double[] sorted = asked.stream()
                .filter(Asked::isAnswered)
                .mapToDouble(Asked::millis)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
    }

    /** Those of a part of the time. */
    public static List<Asked> between(List<Asked> asked, double fromSeconds, double toSeconds) {
        return asked.stream()
                .filter(question -> question.isBetween(fromSeconds, toSeconds))
                .toList();
    }

    @Override
    public void close() throws IOException {
        asking = false;
        result.handle((done, failed) -> null).join();
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
