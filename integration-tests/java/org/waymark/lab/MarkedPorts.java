package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        final int mark;
        byte[] query = {};
        int asked;

        Asking(int mark) {
            this.mark = mark;
        }
    }

    private static final class Load {
        private final Selector selector;
        private final InetSocketAddress server;
        private final int questions;
        private final List<String> wrong = new ArrayList<>();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
        private int answered;
        private int open;

        Load(Selector selector, InetSocketAddress server, int questions) {
            this.selector = selector;
            this.server = server;
            this.questions = questions;
        }

        Crowd.Result run(int marks, int perSecond) throws IOException {
            long start = System.nanoTime();
            long lastAnswer = start;
            int came = 0;
            while (came < marks || open > 0 && System.nanoTime() - lastAnswer < PATIENCE.toNanos()) {
                long due = Math.min(marks, (System.nanoTime() - start) * perSecond / 1_000_000_000L);
                while (came < due) {
                    begin(++came);
                }
                if (selector.select(this::receive, 1) > 0) {
                    lastAnswer = System.nanoTime();
                }
            }
            int unanswered = open;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            return new Crowd.Result(answered, unanswered, wrong);
        }

        private void begin(int mark) throws IOException {
            DatagramChannel channel = DatagramChannel.open(Family.IPV4.protocolFamily());
            channel.bind(address(mark)).configureBlocking(false);
            Asking asking = new Asking(mark);
            channel.register(selector, SelectionKey.OP_READ, asking);
            open++;
            send(channel, asking);
        }

        private void send(DatagramChannel channel, Asking asking) throws IOException {
            asking.asked++;
            asking.query = Query.of("q" + asking.asked + ".m" + asking.mark + ".example", Query.TXT)
                    .bytes(asking.asked);
            channel.send(ByteBuffer.wrap(asking.query), server);
        }

        private void receive(SelectionKey key) {
            DatagramChannel channel = (DatagramChannel) key.channel();
            Asking asking = (Asking) key.attachment();
            try {
                if (channel.receive(buffer.clear()) == null) {
                    return;
                }
                byte[] answer = new byte[buffer.flip().remaining()];
                buffer.get(answer);
                check(asking, answer);
                if (asking.asked < questions) {
                    send(channel, asking);
                } else {
                    channel.close();
                    open--;
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
