package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Very many marks: each UDP port of clients 161 to 180 has one of its own, from 1 on. They come one after the other, put their questions,
 * and are not seen again.
 */
public final class MarkedPorts {
    private static final int FIRST_CLIENT = 161;
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 50_000;
    private static final int STORIES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int marks;

    private MarkedPorts(int marks) {
        this.marks = marks;
    }

    /** As many ports as there are to be marks, up to a million. */
    public static MarkedPorts with(int marks) {
        return new MarkedPorts(marks);
    }

    /** Loads the rules that mark them, beside whatever recipe is loaded. */
    public void settleIn(Lab lab) {
        lab.loadNft(Host.GATEWAY, """
                table inet ports
                delete table inet ports
                table inet ports {
                    map marks {
                        typeof ip saddr . udp sport : meta mark
                        elements = { %s }
                    }
                    chain prerouting {
                        type filter hook prerouting priority -149; policy accept;
                        iifname "lan" udp dport 53 meta mark set ip saddr . udp sport map @marks
                        ct mark set meta mark
                    }
                }
                """.formatted(IntStream.rangeClosed(1, marks)
                .mapToObj(mark -> address(mark).getAddress().getHostAddress() + " . "
                        + address(mark).getPort() + " : " + mark)
                .collect(Collectors.joining(", "))));
    }

    private static InetSocketAddress address(int mark) {
        return new InetSocketAddress(
                Family.IPV4.client(FIRST_CLIENT + (mark - 1) / PORTS), FIRST_PORT + (mark - 1) % PORTS);
    }

    /**
     * Has them ask, and waits for the answers.
     *
     * @param perSecond how many marks come in a second
     * @param questions how many questions each puts, the next one when it has the answer to the last
     */
    public Crowd.Result ask(Lab lab, InetSocketAddress server, int perSecond, int questions) {
        return lab.in(Host.CLIENT, () -> {
            try (Selector selector = Selector.open()) {
                return new Load(selector, server, questions).run(marks, perSecond);
            }
        });
    }

    private static final class Asking {
        final DatagramChannel channel;
        final int mark;
        final long sinceNanos = System.nanoTime();
        byte[] query = {};
        int asked;

        Asking(DatagramChannel channel, int mark) {
            this.channel = channel;
            this.mark = mark;
        }

        boolean isTooOld() {
            return System.nanoTime() - sinceNanos > PATIENCE.toNanos();
        }
    }

    private static final class Load {
        private final Selector selector;
        private final InetSocketAddress server;
        private final int questions;
        private final List<String> wrong = new ArrayList<>();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
        private final Queue<Asking> open = new ArrayDeque<>();
        private int answered;
        private int unanswered;

        Load(Selector selector, InetSocketAddress server, int questions) {
            this.selector = selector;
            this.server = server;
            this.questions = questions;
        }

        Crowd.Result run(int marks, int perSecond) throws IOException {
            long start = System.nanoTime();
            int came = 0;
            while (came < marks || !open.isEmpty()) {
                long due = Math.min(marks, (System.nanoTime() - start) * perSecond / 1_000_000_000L);
                while (came < due) {
                    begin(++came);
                }
                selector.select(this::receive, 1);
                forgetFinished();
            }
            return new Crowd.Result(answered, unanswered, wrong);
        }

        private void begin(int mark) throws IOException {
            DatagramChannel channel = DatagramChannel.open(Family.IPV4.protocolFamily());
            channel.bind(address(mark)).configureBlocking(false);
            Asking asking = new Asking(channel, mark);
            channel.register(selector, SelectionKey.OP_READ, asking);
            open.add(asking);
            send(asking);
        }

        /** The oldest come first; one that got no answer goes, too. */
        private void forgetFinished() throws IOException {
            for (Asking oldest = open.peek(); oldest != null; oldest = open.peek()) {
                if (oldest.channel.isOpen()) {
                    if (!oldest.isTooOld()) {
                        return;
                    }
                    unanswered++;
                    oldest.channel.close();
                }
                open.remove();
            }
        }

        private void send(Asking asking) throws IOException {
            asking.asked++;
            asking.query = Query.of("q" + asking.asked + ".m" + asking.mark + ".example", Query.TXT)
                    .bytes(asking.asked);
            asking.channel.send(ByteBuffer.wrap(asking.query), server);
        }

        private void receive(SelectionKey key) {
            Asking asking = (Asking) key.attachment();
            try {
                if (asking.channel.receive(buffer.clear()) == null) {
                    return;
                }
                byte[] answer = new byte[buffer.flip().remaining()];
                buffer.get(answer);
                check(asking, answer);
                if (asking.asked < questions) {
                    send(asking);
                } else {
                    asking.channel.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void check(Asking asking, byte[] answer) {
            if (Arrays.equals(Message.answerTo(asking.query), answer)) {
                answered++;
            } else if (wrong.size() < STORIES) {
                wrong.add(Message.name(asking.query) + " got rcode " + Message.rcode(answer));
            }
        }
    }
}
