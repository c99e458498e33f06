package org.waymark.server;

import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.dns.QueryReader;
import org.waymark.forward.Query;
import org.waymark.forward.QueryLog;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;

/** Logs every query that goes on: who asks what, the mark that it came with, and the mark that it leaves with. */
final class QueryLogger implements QueryLog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private final QueryReader reader = new QueryReader();

    @Override
    public void forwarded(
            Query client, ByteBuffer message, int offset, int length, long connectionMark, int outgoingMark) {
        reader.read(message, offset, length);
        LOG.info(
                "{} asks {}, mark {} -> {}",
                client.client(),
                reader.describeQuestion(),
                ConnectionMark.describe(connectionMark),
                Mark.describe(outgoingMark));
    }
}
