package org.waymark.commands;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.waymark.cache.Kept;
import org.waymark.cache.Views;
import org.waymark.dns.DomainName;
import org.waymark.dns.Question;
import org.waymark.dns.Rcode;
import org.waymark.dns.Variant;

/**
 * The first answers of the cache, by name, so that names of the same domain are together; then by type, group and mark. However many there
 * are, only so many are in memory.
 */
final class KeptList implements Consumer<Kept> {
    private static final double MILLIS_PER_SECOND = 1e3;

    /** An answer, and what it is sorted by: its labels from the root down. */
    private record Listed(Kept kept, String labels) {
        static Listed of(Kept kept) {
            DomainName name = DomainName.read(ByteBuffer.wrap(kept.name()), 0);
            List<String> labels = new ArrayList<>(List.of(name.toString().split("\\.")));
            Collections.reverse(labels);
            return new Listed(kept, String.join("\0", labels));
        }
    }

    private static final Comparator<Listed> ORDER = Comparator.comparing(Listed::labels)
            .thenComparingInt(each -> each.kept.type())
            .thenComparingInt(each -> each.kept.dnsClass())
            .thenComparingInt(each -> each.kept.group())
            .thenComparing(each -> each.kept.mark(), Integer::compareUnsigned)
            .thenComparingInt(each -> each.kept.variant());

    private final int most;
    private final PriorityQueue<Listed> first = new PriorityQueue<>(ORDER.reversed());
    private long seen;

    /**
     * @param most how many are listed
     */
    KeptList(int most) {
        this.most = most;
    }

    @Override
    public void accept(Kept kept) {
        seen++;
        first.add(Listed.of(kept));
        if (first.size() > most) {
            first.remove();
        }
    }

    /** How many there are. */
    long seen() {
        return seen;
    }

    /** The answers that are listed, as values. */
    List<Map<String, Object>> rows(Views views) {
        return first.stream().sorted(ORDER).map(each -> row(each.kept, views)).toList();
    }

    private static Map<String, Object> row(Kept kept, Views views) {
        Question question = Question.of(kept.name(), kept.type(), kept.dnsClass());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", question.name());
        row.put("type", question.type());
        row.put("group", views.nameOf(kept.group()));
        row.put("mark", Integer.toUnsignedLong(kept.mark()));
        row.put("asked_with", Variant.describe(kept.variant()));
        row.put("rcode", Rcode.nameOf(kept.rcode()));
        row.put("age_seconds", Values.rounded(kept.age().toMillis() / MILLIS_PER_SECOND));
        row.put("ttl_seconds", Values.rounded(kept.left().toMillis() / MILLIS_PER_SECOND));
        row.put("bytes", kept.length());
        row.put("stale", kept.isStale());
        return row;
    }
}
