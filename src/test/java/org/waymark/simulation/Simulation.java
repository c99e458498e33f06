package org.waymark.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A simulation. Its seed decides everything: who asks what with which mark, how servers, network and kernel behave, and when the list of
 * servers changes. What Waymark promises is checked at every packet and after every step.
 */
final class Simulation {
    private static final boolean[] TRANSPORTS = {false, true};

    private final RandomGenerator random;
    private final Scenario scenario;
    private final World world;
    private final int[] marks;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        marks = random.ints(1 + random.nextInt(5)).toArray();
        marks[0] = 0;
        scenario = Scenario.random(random);
        world = new World(random, scenario);
    }

    /** Runs the simulation. */
    void run() {
        int steps = 20 + random.nextInt(100);
        for (int i = 0; i < steps; i++) {
            step();
            world.check();
        }
        heal();
        recover();
        rest();
        failAtOnce();
        stop();
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0 -> world.sites().get(random.nextInt(world.sites().size())).change();
            case 1 -> world.internet().change(marks);
            case 2 -> world.faults().change();
            case 3 -> world.servers(someSites());
            case 8 -> world.adoptOthers();
            case 9 -> world.flush();
            case 4 -> passUpTo(Duration.ofSeconds(20));
            case 5 -> passUpTo(Duration.ofSeconds(2));
            case 6, 7 -> passUpTo(Duration.ofMillis(100));
            default -> {
                int burst = 1 + random.nextInt(random.nextInt(8) == 0 ? 150 : 10);
                for (int i = 0; i < burst; i++) {
                    world.ask(anyMark(), random.nextInt(4) == 0);
                }
            }
        }
    }

    private int anyMark() {
        return marks[random.nextInt(marks.length)];
    }

    private void passUpTo(Duration most) {
        world.pass(Duration.ofNanos(random.nextLong(most.toNanos())));
    }

    private List<Site> someSites() {
        List<Site> some = new ArrayList<>(world.sites());
        while (some.size() > 1 && random.nextBoolean()) {
            some.remove(random.nextInt(some.size()));
        }
        if (some.size() > 1 && random.nextBoolean()) {
            some.add(some.remove(0));
        }
        return some;
    }

    /** From now on everything works. */
    private void heal() {
        world.faults().end();
        world.internet().heal();
        world.sites().forEach(Site::heal);
        world.servers(world.sites());
        world.pass(!scenario.portsAreFew() ? world.longestAnswer() : World.HOLD.plusMinutes(1));
        world.check();
    }

    /** Checks that everybody is answered again over every transport. No more queries may be lost than there may be dead connections. */
    private void recover() {
        for (int mark : marks) {
            for (boolean overTcp : TRANSPORTS) {
                recover(mark, overTcp);
            }
        }
    }

    private void recover(int mark, boolean overTcp) {
        int connections = scenario.servers() * scenario.limits().socketsPerMark();
        int lost = 0;
        for (int i = 0; i < connections + 2; i++) {
            Asked query = world.ask(mark, overTcp);
            world.pass(Duration.ofSeconds(1));
            if (!query.isAnswered()) {
                world.pass(world.longestAnswer());
            }
            world.check();
            lost += query.isAnsweredByServer() ? 0 : 1;
            Promise.hold(lost <= connections, "all is well, and no server answers %s", query);
        }
    }

    /** Checks that nothing is left some time after the last query. */
    private void rest() {
        world.pass(Host.GIVES_UP.plusMinutes(3));
        world.check();
        Host host = world.host();
        Promise.hold(host.openSockets() == 0, "%d sockets are open", host.openSockets());
        Promise.hold(host.remembered() == 0, "conntrack remembers %d connections", host.remembered());
        for (Site site : world.sites()) {
            Promise.hold(site.state().downCount() == 0, "%s is down though nobody has asked it for long", site);
        }
    }

    /** Checks that nobody waits for an answer when nothing can be asked. */
    private void failAtOnce() {
        world.faults().everySocket();
        for (int mark : marks) {
            for (boolean overTcp : TRANSPORTS) {
                Asked query = world.ask(mark, overTcp);
                world.pass(Duration.ZERO);
                Promise.hold(query.isAnswered(), "no connection can be made, and somebody waits for one");
            }
        }
        world.faults().end();
    }

    private void stop() {
        for (int i = 0; i < 10; i++) {
            world.ask(anyMark(), random.nextBoolean());
            passUpTo(Duration.ofMillis(10));
        }
        world.stop();
    }
}
