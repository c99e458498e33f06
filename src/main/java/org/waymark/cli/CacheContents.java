package org.waymark.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code waymark cache}: which answers are in the cache of the running Waymark. */
@Command(
        name = "cache",
        description =
                "Shows which answers are in the cache of the running Waymark, who shares them, and how full it is.",
        mixinStandardHelpOptions = true,
        versionProvider = Waymark.Version.class)
final class CacheContents implements Callable<Integer> {
    private static final int LONGEST_NAME = 80;
    private static final int ALL_BITS = 0xffff_ffff;

    /** What a query says that has nothing but its question; most clients ask so. */
    private static final String USUAL = "RD";

    @Mixin
    private ControlOption control;

    @Mixin
    private KeptOption which;

    @Option(names = "--limit", paramLabel = "N", description = "How many answers are shown. Default: 20")
    private Integer limit;

    @Override
    public Integer call() {
        Map<String, Object> arguments = which.arguments();
        if (limit != null) {
            arguments.put("limit", limit);
        }
        return control.ask("cache", arguments, CacheContents::text);
    }

    static String text(Answer cache) {
        StringBuilder text = new StringBuilder(Wording.cache(cache)).append('\n');
        if (cache.parts("rows").isEmpty()) {
            return text.toString();
        }
        int shareMask = (int) cache.number("share_mask");
        Table table = new Table("NAME", "TYPE", "GROUP", "MARK", "RCODE", ">AGE", ">LEFT", ">BYTES", "ASKED WITH");
        for (Answer row : cache.parts("rows")) {
            table.add(
                    shortened(row.text("name")),
                    row.text("type"),
                    row.text("group"),
                    marks((int) row.number("mark"), shareMask),
                    row.text("rcode"),
                    Wording.duration(row.fraction("age_seconds")),
                    row.flag("stale") ? "stale" : Wording.duration(row.fraction("ttl_seconds")),
                    row.count("bytes"),
                    row.text("asked_with").equals(USUAL) ? "" : row.text("asked_with"));
        }
        text.append('\n').append(table);
        long more = cache.number("found") - cache.parts("rows").size();
        if (more > 0) {
            text.append("and ").append(Wording.count(more, "more", "more")).append(" (--limit)\n");
        }
        return text.toString();
    }

    /** One client with odd names should not make the table unreadable; JSON has all of each. */
    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }

    /** The marks that share an answer. */
    private static String marks(int mark, int shareMask) {
        return switch (shareMask) {
            case 0 -> "all";
            case ALL_BITS -> Mark.describe(mark);
            default -> new MarkMask(mark, shareMask).toString();
        };
    }
}
