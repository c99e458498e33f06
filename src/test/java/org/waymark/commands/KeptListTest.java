package org.waymark.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.waymark.cache.Kept;
import org.waymark.cache.Views;

/** How {@code waymark cache} lists answers. */
class KeptListTest {
    private final Views views = new Views();
    private final int group = views.number("default", "", -1);

    @Test
    void namesOfADomainAreTogetherAndOnlySoManyAreShown() {
        KeptList list = new KeptList(4);
        Stream.of("z.example", "b.example", "www.example.com", "example", "www.b.example", "zz.example")
                .forEach(name -> list.accept(KeptFilterTest.kept(group, 137, name)));

        assertEquals(
                List.of("www.example.com.", "example.", "b.example.", "www.b.example."),
                list.rows(views).stream().map(row -> row.get("name")).toList());
        assertEquals(6, list.seen());
    }

    @Test
    void theMarksOfANameFollowEachOther() {
        KeptList list = new KeptList(10);
        Stream.of(-1, 138, 137).forEach(mark -> list.accept(KeptFilterTest.kept(group, mark, "a.example")));

        assertEquals(
                List.of(137L, 138L, 0xffff_ffffL),
                list.rows(views).stream().map(row -> row.get("mark")).toList());
    }

    @Test
    void anAnswerIsToldWithItsViewAndAge() {
        KeptList list = new KeptList(1);
        byte[] name = {3, 'a', '.', 'b', 0};
        list.accept(
                new Kept(group, 137, name, 28, 3, 0x8101, 3, Duration.ofMillis(90_040), Duration.ofSeconds(60), 123));

        assertEquals(
                List.of(Map.of(
                        "name",
                        "a\\.b.",
                        "type",
                        "CH AAAA",
                        "group",
                        "default",
                        "mark",
                        137L,
                        "asked_with",
                        "RD EDNS DO",
                        "rcode",
                        "NXDOMAIN",
                        "age_seconds",
                        90.0,
                        "ttl_seconds",
                        -30.0,
                        "bytes",
                        123,
                        "stale",
                        true)),
                list.rows(views));
    }
}
