package org.waymark.simulation;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.UpstreamServer;

/** A server: it answers, perhaps late or wrongly, says nothing, refuses, or restarts. */
final class Site {
    /** The flags of an answer of this server: QR and AA, which Waymark's own answers to failures never have. */
    private static final int ANSWER_FLAGS = 0x84;

    private static final int SERVFAIL = 2;
    private static final int REFUSED = 5;

    enum Mood {
        ANSWERS,
        SILENT,
        REFUSES
    }

    private final SimulatedLoop loop;
    private final RandomGenerator random;
    private final ServerState state;
    private final Endpoint address;
    private final int number;
    private Mood mood = Mood.ANSWERS;
    private int life;

    /** Whether its host resets the connections from before a restart. */
    private boolean resets;

    private long slowestNanos;
    private double fails;
    private double forges;
    private double closes;
    private double repeats;
    private final boolean mayForge;
    private long answers;
    private long answersBefore;

    /**
     * @param number the last octet of its address
     * @param mayForge whether somebody may guess ids in its name
     */
    Site(SimulatedLoop loop, RandomGenerator random, int number, boolean tcpOnly, boolean mayForge) {
        this.loop = loop;
        this.random = random;
        this.mayForge = mayForge;
        InetSocketAddress socketAddress = new InetSocketAddress("198.51.100." + number, 53);
        this.state = new ServerState(new UpstreamServer(socketAddress, tcpOnly));
        this.address = Endpoint.of(socketAddress);
        this.number = number;
        heal();
    }

    int number() {
        return number;
    }

    Endpoint address() {
        return address;
    }

    ServerState state() {
        return state;
    }

    int life() {
        return life;
    }

    boolean resets() {
        return resets;
    }

    Mood mood() {
        return mood;
    }

    /** Changes its behaviour from now on. */
    void change() {
        mood = random.nextInt(3) == 0 ? Mood.values()[random.nextInt(Mood.values().length)] : Mood.ANSWERS;
        slowestNanos = TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(random.nextBoolean() ? 50 : 3_000));
        fails = oftenNone();
        forges = mayForge ? oftenNone() : 0;
        closes = oftenNone();
        repeats = oftenNone();
        if (random.nextInt(3) == 0) {
            startAnew();
        }
    }

    private double oftenNone() {
        return random.nextInt(4) == 0 ? random.nextDouble() : 0;
    }

    /** From now on it says nothing. */
    void silence() {
        mood = Mood.SILENT;
    }

    /** From now on somebody guesses answers to what it is asked over UDP. */
    void forge() {
        forges = 1;
    }

    private void startAnew() {
        life++;
        resets = random.nextBoolean();
    }

    /** From now on it answers everything, at once. */
    void heal() {
        mood = Mood.ANSWERS;
        slowestNanos = TimeUnit.MILLISECONDS.toNanos(20);
        fails = 0;
        forges = 0;
        closes = 0;
        repeats = 0;
    }

    /** Receives a query, and may answer it later. */
    void answer(Packet query, Consumer<byte[]> reply, Runnable close) {
        Questions.arrived(query);
        if (query.protocol() == TransportProtocol.TCP && happens(closes)) {
            loop.schedule(close, delay());
            return;
        }
        if (happens(forges)) {
            for (int i = 0; i < 15; i++) {
                byte[] forged = answerTo(query, 0);
                ByteBuffer.wrap(forged).putShort(0, (short) random.nextInt(1 << 16));
                loop.schedule(() -> send(forged, reply), delay());
            }
        }
        int rcode = happens(fails) ? random.nextBoolean() ? SERVFAIL : REFUSED : 0;
        int times = happens(repeats) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            loop.schedule(() -> send(answerTo(query, rcode), reply), delay());
        }
    }

    /** Sends an answer. Forged ones count, too, because one in 65,536 is taken for a real one. */
    private void send(byte[] message, Consumer<byte[]> reply) {
        answers++;
        reply.accept(message);
    }

    /** Checks that a server is said to answer again only if it has answered. */
    void check() {
        Promise.hold(!state.takeRecovered() || answers > answersBefore, "%s is said to answer again", this);
        answersBefore = answers;
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    private long delay() {
        return random.nextLong(slowestNanos) + 1;
    }

    private byte[] answerTo(Packet query, int rcode) {
        byte[] answer = query.message().clone();
        answer[2] |= (byte) ANSWER_FLAGS;
        answer[3] = (byte) rcode;
        int ttl = random.nextInt(4) == 0 ? 0 : random.nextInt(30);
        return rcode == 0 ? new Telltale(query.mark(), number, ttl, loop.now()).addTo(answer) : answer;
    }

    @Override
    public String toString() {
        return state.server().toString();
    }
}
