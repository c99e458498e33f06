package org.waymark.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/** What is between the gateway and the servers: routes by mark, and packets that are delayed or lost. */
final class Internet {
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final SimulatedLoop loop;
    private final RandomGenerator random;
    private final List<Site> sites;
    private final Set<Integer> marksWithoutRoute = new HashSet<>();
    private double loses;

    Internet(SimulatedLoop loop, RandomGenerator random, List<Site> sites) {
        this.loop = loop;
        this.random = random;
        this.sites = sites;
    }

    /** From now on some marks have no route, and packets are lost. */
    void change(int[] marks) {
        heal();
        for (int mark : marks) {
            if (random.nextInt(8) == 0) {
                marksWithoutRoute.add(mark);
            }
        }
        loses = random.nextInt(3) == 0 ? random.nextDouble() : 0;
    }

    void heal() {
        marksWithoutRoute.clear();
        loses = 0;
    }

    void routeOrFail(Endpoint server, int mark) throws LinuxException {
        if (marksWithoutRoute.contains(mark)) {
            throw new LinuxException("connect", Errno.ENETUNREACH);
        }
    }

    private Site site(Endpoint address) {
        return sites.stream()
                .filter(site -> site.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private boolean isLost() {
        return loses > 0 && random.nextDouble() < loses;
    }

    /** Takes a datagram to a server, and its answer back. */
    void send(Packet packet, Endpoint server, Consumer<byte[]> receive, Runnable refused) {
        Site site = site(server);
        if (isLost()) {
            return;
        }
        switch (site.mood()) {
            case ANSWERS ->
                site.answer(
                        packet,
                        answer -> {
                            if (!isLost()) {
                                receive.accept(answer);
                            }
                        },
                        () -> {});
            case REFUSES -> loop.schedule(refused, delay());
            case SILENT -> {
                // The packet is lost.
            }
        }
    }

    /** Connects to a server. The connection learns which life of the server it is with. */
    void connect(Endpoint server, int mark, IntConsumer established, Runnable failed) {
        Site site = site(server);
        if (marksWithoutRoute.contains(mark) || site.mood() == Site.Mood.REFUSES) {
            loop.schedule(failed, delay());
        } else if (site.mood() == Site.Mood.SILENT) {
            loop.schedule(failed, CONNECT_NANOS);
        } else {
            loop.schedule(() -> established.accept(site.life()), delay());
        }
    }

    /**
     * Takes a message to a server on a connection, and brings answers back.
     *
     * @param life the life of the server in which the connection was made
     * @param reset called if the server's host does not know the connection and says so, or if the server closes it
     * @param unheard called if nobody answers, neither the message nor its packets
     */
    void write(Packet packet, Endpoint server, int life, Consumer<byte[]> receive, Runnable reset, Runnable unheard) {
        Site site = site(server);
        if (site.mood() == Site.Mood.SILENT || site.life() != life && !site.resets()) {
            unheard.run();
        } else if (site.life() != life) {
            loop.schedule(reset, delay());
        } else {
            site.answer(packet, receive, reset);
        }
    }

    private long delay() {
        return 1 + random.nextLong(TimeUnit.MILLISECONDS.toNanos(20));
    }
}
