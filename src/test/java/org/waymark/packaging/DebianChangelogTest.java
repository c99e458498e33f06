package org.waymark.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DebianChangelogTest {
    @Test
    void hasTheNewestSectionAsItsOnlyEntry() {
        String changes = """
                # Changelog

                ## Unreleased

                - Carries the mark of every query over to the query that it sends upstream, also where port 53 is
                  redirected.
                - Is faster.

                ## 0.1.0

                - The first one.
                """;
        String control = "Package: waymark\nMaintainer: Waymark developers <developers@waymark.invalid>\n";

        assertEquals(
                """
                waymark (0.2.0~snapshot) stable; urgency=medium

                  * Carries the mark of every query over to the query that it sends upstream,
                    also where port 53 is redirected.
                  * Is faster.

                 -- Waymark developers <developers@waymark.invalid>  Fri, 20 Nov 2026 00:00:00 +0000
                """,
                DebianChangelog.of(
                        changes, control, Packaging.debian("0.2.0-SNAPSHOT"), Instant.parse("2026-11-20T00:00:00Z")));
    }
}
