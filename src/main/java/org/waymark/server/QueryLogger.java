package org.waymark.server;

import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.dns.QueryReader;
import org.waymark.forward.Query;
import org.waymark.forward.QueryLog;
import org.waymark.mark.Mark;
import org.waymark.upstream.ServerAccess;

/** Logs every query: who asks what, the marks that it came and left with, and what has become of it. */
final class QueryLogger implements QueryLog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private final QueryReader reader = new QueryReader();

    @Override
    public void answered(
            Query query, ByteBuffer message, int offset, int length, int outgoingMark, ServerAccess server) {
        String mark = Mark.describe(outgoingMark);
        tell(query, message, offset, length, "sent with mark " + mark + ", answered by " + server);
    }

    @Override
    public void answeredHere(Query query, ByteBuffer message, int offset, int length) {
        tell(query, message, offset, length, "answered here");
    }

    @Override
    public void notAnswered(Object client, ByteBuffer message, int offset, int length, String why) {
        tell(client, message, offset, length, why);
    }

    private void tell(Object client, ByteBuffer message, int offset, int length, String outcome) {
        reader.read(message, offset, length);
        LOG.info("{} asks {}: {}", client, reader.describeQuestion(), outcome);
    }
}
