package org.waymark.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.forward.Query;
import org.waymark.forward.QueryLog;
import org.waymark.mark.Mark;
import org.waymark.upstream.ServerAccess;

/** Logs every query: the client, the question, the marks that it came and left with, and what happened to it. */
final class QueryLogger implements QueryLog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private final QueryReader reader = new QueryReader();

    @Override
    public void answered(Query query, WireMessage message, int outgoingMark, ServerAccess server) {
        String mark = Mark.describe(outgoingMark);
        tell(query, message, "sent with mark " + mark + ", answered by " + server);
    }

    @Override
    public void answeredHere(Query query, WireMessage message) {
        tell(query, message, "answered here");
    }

    @Override
    public void notAnswered(Object client, WireMessage message, String why) {
        tell(client, message, why);
    }

    private void tell(Object client, WireMessage message, String outcome) {
        reader.read(message);
        LOG.info("{} asks {}: {}", client, reader.describeQuestion(), outcome);
    }
}
