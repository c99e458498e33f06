package org.waymark.report;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.forward.Query;
import org.waymark.forward.QueryLog;
import org.waymark.mark.Mark;
import org.waymark.upstream.ServerAccess;

/** Logs every query, if that is wanted: the client, the question, the marks that it came and left with, and what happened to it. */
public final class QueryLogger implements QueryLog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private final QueryReader reader = new QueryReader();
    private boolean on;

    /**
     * @param wanted whether queries are logged from now on
     */
    public void on(boolean wanted) {
        on = wanted;
    }

    @Override
    public boolean isOn() {
        return on;
    }

    @Override
    public void answered(Query query, WireMessage message, int outgoingMark, ServerAccess server) {
        String mark = Mark.describe(outgoingMark);
        log(query, message, "sent with mark " + mark + ", answered by " + server);
    }

    @Override
    public void answeredHere(Query query, WireMessage message) {
        log(query, message, "answered here");
    }

    @Override
    public void notAnswered(Object client, WireMessage message, String why) {
        log(client, message, why);
    }

    private void log(Object client, WireMessage message, String outcome) {
        if (!on) {
            return;
        }
        reader.read(message);
        LOG.info("{} asks {}: {}", client, reader.describeQuestion(), outcome);
    }
}
