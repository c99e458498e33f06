package org.waymark.report;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.waymark.feed.QueryEvent;
import org.waymark.forward.QueryEnd;
import org.waymark.forward.QueryObserver;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;

/** Logs every query, if that is wanted: the client, the question, the marks that it came and left with, and what happened to it. */
public final class QueryLogger implements QueryObserver {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private boolean on;

    /**
     * @param wanted whether queries are logged from now on
     */
    public void on(boolean wanted) {
        on = wanted;
    }

    @Override
    public boolean isOn() {
        return on && LOG.isInfoEnabled();
    }

    @Override
    public void ended(QueryEnd end) {
        QueryEvent event = QueryEvent.of(end);
        LoggingEventBuilder line = LOG.atInfo()
                .setMessage("{} asks {}: {}")
                .addArgument(client(end))
                .addArgument(event.question())
                .addArgument(outcome(end));
        for (Map.Entry<String, Object> field : event.fields().entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log();
    }

    private static String client(QueryEnd end) {
        String client = end.transport().describe(end.client());
        return end.hasReachedPolicy() ? client + ", " + ConnectionMark.describe(end.connectionMark()) : client;
    }

    private static String outcome(QueryEnd end) {
        return switch (end.how()) {
            case SERVER -> "sent with mark " + Mark.describe(end.outgoingMark()) + ", answered by " + end.server();
            case CACHE -> "answered from the cache";
            case STALE -> "answered from the cache, with an old answer, because no server answered";
            case LOCAL -> "answered here";
            case REFUSED, FAILED -> end.why();
        };
    }
}
