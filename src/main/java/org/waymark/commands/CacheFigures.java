package org.waymark.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import org.waymark.cache.AnswerCache;
import org.waymark.metrics.Count;
import org.waymark.metrics.Snapshot;

/** How full the cache is, and how many queries it has answered. */
final class CacheFigures {
    private CacheFigures() {}

    static Map<String, Object> of(AnswerCache cache, Snapshot counts) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("size", cache.size());
        figures.put("used", cache.used());
        figures.put("answers", cache.entries());
        figures.put("hits", counts.get(Count.CACHE_HITS));
        figures.put("misses", counts.get(Count.CACHE_MISSES));
        figures.put("passed_by", counts.get(Count.CACHE_PASSED_BY));
        figures.put("stale", counts.get(Count.CACHE_STALE));
        return figures;
    }
}
