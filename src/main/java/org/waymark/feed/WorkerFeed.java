package org.waymark.feed;

import java.util.concurrent.CopyOnWriteArrayList;
import org.waymark.dns.QueryReader;
import org.waymark.forward.QueryEnd;
import org.waymark.forward.QueryObserver;

/** The feed on the side of one worker. */
final class WorkerFeed implements QueryObserver {
    private final CopyOnWriteArrayList<EventRing> rings = new CopyOnWriteArrayList<>();
    private final QueryReader reader = new QueryReader();

    void add(EventRing ring) {
        rings.add(ring);
    }

    void remove(EventRing ring) {
        rings.remove(ring);
    }

    @Override
    public boolean isOn() {
        return !rings.isEmpty();
    }

    @Override
    public void ended(QueryEnd end) {
        // The filters and the event need to know where the question is.
        reader.read(end.message());
        QueryEvent event = null;
        for (EventRing ring : rings) {
            if (ring.wants(end)) {
                if (event == null) {
                    event = QueryEvent.of(end);
                }
                ring.offer(event);
            }
        }
    }
}
