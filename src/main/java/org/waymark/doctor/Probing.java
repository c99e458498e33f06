package org.waymark.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.waymark.conntrack.ConnectionDump;
import org.waymark.conntrack.ConnectionRemoval;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TrackedConnection;
import org.waymark.dns.DomainName;
import org.waymark.dns.WireMessage;
import org.waymark.firewall.DepartureTable;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.mark.ConnectionMark;

/**
 * Sends probes to servers, all at the same time, and collects what becomes visible. There are two for each path: conntrack shows the
 * connection mark of the first; that of the second is overwritten by a {@link DepartureTable}, and so shows the packet's mark. Their
 * connections are deleted from conntrack at the end.
 */
final class Probing {
    private static final String TABLE =
            "waymark-probe-" + ProcessHandle.current().pid();

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final byte[] question = WireMessage.queryFor(DomainName.parse(".")).bytes();
    private final int[] zones;
    private final List<ServerProbe> first = new ArrayList<>();
    private final List<ServerProbe> second = new ArrayList<>();

    private Probing(List<Integer> zones) {
        this.zones = zones.stream().mapToInt(zone -> zone).toArray();
    }

    /**
     * @param paths what to ask
     * @param zones the conntrack zones in which their connections should be
     * @param user the user that the sockets belong to
     * @throws LinuxException if a socket can't be had, or nf_tables or conntrack is not there or forbidden
     */
    static List<Observation> run(List<ServerProbe.Path> paths, List<Integer> zones, int user) throws LinuxException {
        Probing probing = new Probing(zones);
        try {
            for (ServerProbe.Path path : paths) {
                probing.first.add(ServerProbe.open(path, user));
                probing.second.add(ServerProbe.open(path, user));
            }
            List<Integer> ports =
                    probing.second.stream().map(probe -> probe.local().port()).toList();
            DepartureTable table = DepartureTable.add(TABLE, ports, user);
            try {
                return probing.run();
            } finally {
                table.close();
            }
        } finally {
            probing.all().forEach(ServerProbe::close);
        }
    }

    private List<ServerProbe> all() {
        List<ServerProbe> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private List<Observation> run() throws LinuxException {
        try (SendBatch batch = new SendBatch(1);
                ReceiveBatch received = new ReceiveBatch(1)) {
            all().forEach(probe -> probe.send(question, batch));
            BooleanSupplier over = () -> {
                all().forEach(probe -> probe.look(received));
                return all().stream().allMatch(ServerProbe::isOver);
            };
            if (!await(REPEAT_NANOS, over)) {
                // One packet may be lost by chance, and then nothing is wrong with the path.
                all().forEach(probe -> probe.repeat(question, batch));
                await(PATIENCE_NANOS, over);
            }
        }
        List<Observation> observations = observe();
        forget(observations);
        return observations;
    }

    private static boolean await(long patienceNanos, BooleanSupplier over) {
        long start = System.nanoTime();
        while (!over.getAsBoolean()) {
            if (System.nanoTime() - start > patienceNanos) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private List<Observation> observe() throws LinuxException {
        Map<ServerProbe, Long> marks = marks();
        Map<ServerProbe, Found> found = found(marks);
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            ServerProbe probe = first.get(i);
            Found inAnyZone = found.get(probe);
            boolean isLost = !isWell(probe, marks.get(probe)) && inAnyZone == null;
            observations.add(new Observation(
                    probe.path(),
                    probe.local(),
                    probe.refused(),
                    probe.isAnswered() ? probe.millis() : -1,
                    probe.rcode(),
                    probe.isAnswered() || inAnyZone != null && inAnyZone.answered(),
                    isLost ? ConnectionMark.NO_ENTRY : marks.get(probe),
                    inAnyZone == null ? Observation.NO_ZONE : inAnyZone.zone(),
                    marks.get(second.get(i))));
        }
        return observations;
    }

    /** A connection that the server's answer has begun shows nothing: the probe was not tracked. */
    private Map<ServerProbe, Long> marks() throws LinuxException {
        Map<ServerProbe, Long> marks = new HashMap<>();
        try (MarkLookup lookup = MarkLookup.open(zones)) {
            for (ServerProbe probe : all()) {
                marks.put(probe, lookup.markIfBegunAt(true, probe.path().protocol(), probe.local(), probe.server()));
            }
        }
        return marks;
    }

    private record Found(int zone, boolean answered) {}

    private static boolean isWell(ServerProbe probe, long mark) {
        return probe.isAnswered() && mark == ConnectionMark.known(probe.path().mark());
    }

    /** Looks for connections in all of conntrack, which may be large, and so only for those with which something is wrong. */
    private Map<ServerProbe, Found> found(Map<ServerProbe, Long> marks) throws LinuxException {
        Map<Ends, ServerProbe> wanted = new HashMap<>();
        for (ServerProbe probe : first) {
            if (!isWell(probe, marks.get(probe))) {
                wanted.put(new Ends(probe.local(), probe.server()), probe);
            }
        }
        Map<ServerProbe, Found> found = new HashMap<>();
        if (!wanted.isEmpty()) {
            ConnectionDump.show(each -> note(each, wanted, found));
        }
        return found;
    }

    private record Ends(Endpoint source, Endpoint destination) {}

    private static void note(TrackedConnection each, Map<Ends, ServerProbe> wanted, Map<ServerProbe, Found> found) {
        ServerProbe probe = wanted.get(new Ends(each.source(), each.destination()));
        if (probe != null && probe.path().protocol() == each.protocol()) {
            found.put(probe, new Found(each.zone(), each.isAnswered()));
        }
    }

    private void forget(List<Observation> observations) throws LinuxException {
        List<ServerProbe> rest = all();
        rest.forEach(ServerProbe::close);
        IntStream seen = observations.stream().mapToInt(Observation::zone).filter(zone -> zone >= 0);
        int[] all = IntStream.concat(IntStream.of(zones), seen).distinct().toArray();
        try (ConnectionRemoval removal = ConnectionRemoval.open(all)) {
            for (int from = 0; from < rest.size(); from += ConnectionRemoval.MAX_BURST) {
                removal.clear();
                rest.subList(from, Math.min(rest.size(), from + ConnectionRemoval.MAX_BURST))
                        .forEach(probe -> removal.add(probe.path().protocol(), probe.local(), probe.server()));
                removal.run();
            }
        }
    }
}
