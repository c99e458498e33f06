package org.waymark.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.waymark.forward.QueryObserver;

/** Passes on how queries end, to any number of watchers. Any thread may call the methods. */
public final class Feed {
    private final List<WorkerFeed> workers = new CopyOnWriteArrayList<>();

    /**
     * To be called for each worker before anybody watches.
     *
     * @return what the worker tells how its queries end
     */
    public QueryObserver ofWorker() {
        WorkerFeed worker = new WorkerFeed();
        workers.add(worker);
        return worker;
    }

    /**
     * Begins to watch queries.
     *
     * @param filter which of them
     * @return where they are found from now on; to be closed
     */
    public Subscription subscribe(Filter filter) {
        List<EventRing> rings = new ArrayList<>();
        for (WorkerFeed worker : workers) {
            EventRing ring = new EventRing(filter);
            rings.add(ring);
            worker.add(ring);
        }
        return new Subscription(rings, () -> unsubscribe(rings));
    }

    private void unsubscribe(List<EventRing> rings) {
        for (int i = 0; i < rings.size(); i++) {
            workers.get(i).remove(rings.get(i));
        }
    }
}
