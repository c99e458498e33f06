package org.waymark.worker;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.host.ListeningSockets;
import org.waymark.host.StartException;
import org.waymark.host.TableUse;
import org.waymark.linux.Endpoint;
import org.waymark.settings.Settings;

/** Puts other settings into force in all workers, in steps: what the kernel may refuse comes before anything changes. For one thread. */
public final class Changes {
    private final List<Running> workers;
    private final ProcessResources resources;

    /** What the workers listen on, apart from what is retired. */
    private final Set<Endpoint> listening;

    /**
     * @param workers all of them, as soon as they have started
     * @param inherited addresses that they listen on besides those of the settings
     */
    Changes(List<Running> workers, ProcessResources resources, Set<Endpoint> inherited) {
        this.workers = workers;
        this.resources = resources;
        this.listening = new HashSet<>(inherited);
        listening.addAll(addresses(resources.settings().configuration()));
    }

    /** Has the workers serve only addresses that the settings take. */
    void retireUnwanted() {
        Configuration configuration = resources.settings().configuration();
        listening.removeIf(address -> !takes(configuration, address));
        workers.forEach(each -> each.run(() -> each.worker().listenOnlyOn(listening::contains)));
    }

    private static List<Endpoint> addresses(Configuration configuration) {
        return configuration.listen().addresses().stream().map(Endpoint::of).toList();
    }

    /** Whether a configuration takes an address: itself, or by a wildcard. A socket that is there already may stay then. */
    static boolean takes(Configuration configuration, Endpoint address) {
        return configuration.listen().takes(address.toSocketAddress(), any -> true);
    }

    /**
     * Opens what other settings need and the kernel may refuse, and makes sure that new addresses are free. Nothing else changes yet.
     *
     * @param next the settings that are to be in force
     * @return what was opened, to be closed if it is not adopted
     * @throws StartException if something can't be opened, or an address is not free; then nothing is left of it
     */
    public Preparation prepare(Settings next) throws StartException {
        Marking former = resources.settings().configuration().marking();
        return prepare(next, !next.configuration().marking().equals(former));
    }

    private Preparation prepare(Settings next, boolean otherMarks) throws StartException {
        Marking former = resources.settings().configuration().marking();
        List<InetSocketAddress> added = next.configuration().listen().addresses().stream()
                .filter(address -> !listening.contains(Endpoint.of(address)))
                .toList();
        checkFree(added);
        Preparation preparation = new Preparation(next, added);
        try {
            for (int i = 0; i < workers.size(); i++) {
                preparation.add(NewParts.open(former, next.configuration().marking(), otherMarks));
            }
            return preparation;
        } catch (StartException e) {
            preparation.close();
            throw e;
        }
    }

    private void checkFree(List<InetSocketAddress> added) throws StartException {
        if (!added.isEmpty()) {
            resources.reserve(added);
            ListeningSockets.checkFree(added, use().listening());
        }
    }

    /**
     * Puts prepared settings into force: the workers listen on new addresses, then each adopts the settings between two turns of its event
     * loop. Nothing that is pending is lost. When this returns, all workers have adopted them.
     *
     * @param prepared what {@link #prepare} has returned
     * @param unknown what a packet brings along whose connection conntrack does not know, as for {@link Workers#start}
     * @throws StartException if a worker can't listen on new addresses; then nothing has changed
     */
    public void adopt(Preparation prepared, long unknown) throws StartException {
        Settings next = prepared.settings();
        listen(prepared);
        resources.adopt(next);
        adopt(next, MarkOrigin.of(next.configuration().marking(), unknown), prepared);
        resources.adopted();
        listening.addAll(addresses(next.configuration()));
        listening.removeIf(address -> !takes(next.configuration(), address));
    }

    private void listen(Preparation prepared) throws StartException {
        List<Future<Void>> results = new ArrayList<>();
        try {
            for (Running each : workers) {
                // Only now: from the moment that a socket is bound, queries come to it and wait until its worker reads
                // them.
                ListeningSockets sockets = ListeningSockets.open(prepared.added());
                results.add(each.start(() -> each.worker().listen(sockets)));
            }
            for (Future<Void> result : results) {
                if (!result.awaitUninterruptibly().isSuccess()) {
                    throw new StartException("can't listen on another address: " + reason(result), result.cause());
                }
            }
        } catch (StartException e) {
            results.forEach(Future::awaitUninterruptibly);
            workers.forEach(each -> each.run(() -> each.worker().listenOnlyOn(listening::contains)));
            throw e;
        }
    }

    private static String reason(Future<Void> failed) {
        return failed.cause() instanceof IOException refused
                ? StartException.explain(refused)
                : failed.cause().toString();
    }

    private void adopt(Settings next, MarkOrigin origin, Preparation parts) {
        List<Future<Void>> results = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            Worker worker = workers.get(i).worker();
            NewParts own = parts.parts(i);
            results.add(workers.get(i).start(() -> worker.adopt(next, origin, own)));
        }
        for (Future<Void> result : results) {
            if (!result.awaitUninterruptibly().isSuccess()) {
                throw new IllegalStateException("a worker could not adopt other settings", result.cause());
            }
        }
    }

    /**
     * Asks conntrack for the mark of every query from now on, whatever packets bring along, until other settings are adopted: so that what
     * packets bring may be changed.
     *
     * @throws StartException if that can't be prepared; then nothing has changed
     */
    public void lookUpMarks() throws StartException {
        Settings present = resources.settings();
        try (Preparation preparation = prepare(present, true)) {
            adopt(present, MarkOrigin.lookedUp(present.configuration().marking()), preparation);
        }
    }

    /**
     * Takes marks from where the settings in force say, after {@link #lookUpMarks}.
     *
     * @param unknown as for {@link #adopt}
     * @throws StartException if that can't be prepared; then nothing has changed
     */
    public void takeMarksAgain(long unknown) throws StartException {
        Settings present = resources.settings();
        try (Preparation preparation = prepare(present, true)) {
            adopt(present, MarkOrigin.of(present.configuration().marking(), unknown), preparation);
        }
    }

    /**
     * @return what Waymark's own table must handle for the workers
     */
    public TableUse use() {
        return workers.stream().map(each -> each.ask(each.worker()::use)).reduce(TableUse.NONE, TableUse::and);
    }
}
