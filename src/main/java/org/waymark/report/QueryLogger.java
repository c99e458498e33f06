package org.waymark.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Question;
import org.waymark.dns.Rcode;
import org.waymark.forward.QueryEnd;
import org.waymark.forward.QueryObserver;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;

/** Logs every query, if that is wanted: the client, the question, the marks that it came and left with, and what happened to it. */
public final class QueryLogger implements QueryObserver {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogger.class);

    private static final double THOUSAND = 1_000;

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
        return on && LOG.isInfoEnabled();
    }

    @Override
    public void ended(QueryEnd end) {
        reader.read(end.message());
        Question question = Question.of(end.message());
        LoggingEventBuilder line = LOG.atInfo()
                .setMessage("{} asks {}: {}")
                .addArgument(client(end))
                .addArgument(question)
                .addArgument(outcome(end));
        for (Map.Entry<String, Object> field : fields(end, question).entrySet()) {
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
            case LOCAL -> "answered here";
            case REFUSED, FAILED -> end.why();
        };
    }

    /** The same for programs. What is unknown, or does not apply, is left out. */
    private static Map<String, Object> fields(QueryEnd end, Question question) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client", end.client().toString());
        fields.put("transport", end.transport().name().toLowerCase(Locale.ROOT));
        if (question.isThere()) {
            fields.put("name", question.name());
            fields.put("type", question.type());
        }
        if (end.hasReachedPolicy() && ConnectionMark.isKnown(end.connectionMark())) {
            fields.put("mark", end.connectionMark());
        }
        if (end.policy() != 0) {
            fields.put("policy", end.policy());
        }
        if (end.wasSent()) {
            fields.put("outgoing_mark", Integer.toUnsignedLong(end.outgoingMark()));
            fields.put("server", end.server().toString());
            fields.put("source_port", end.sourcePort());
        }
        if (end.answer() != null) {
            fields.put("rcode", Rcode.nameOf(end.answer().rcode()));
        }
        fields.put("ms", Math.round(end.nanos() / THOUSAND) / THOUSAND);
        if (end.why() != null) {
            fields.put("why", end.why());
        }
        return fields;
    }
}
