package org.waymark.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LicencesTest {
    private static final String COPYRIGHT = """
            Files: *
            Copyright: 2026 the Waymark developers
            License: Apache-2.0

            Files: usr/lib/waymark/lib/asm-*.jar
            Copyright: 2000-2011 INRIA
                       2012 others
            License: BSD-3-clause and Expat

            License: Expat
             Permission is hereby granted.
            """;

    private static String bill(String licences) {
        return """
                {"components": [{"group": "org.ow2.asm", "name": "asm-util", "version": "9.11"%s}]}
                """.formatted(licences);
    }

    @Test
    void libraryWhoseLicenceIsToldIsFine() throws IOException {
        String licences = ", \"licenses\": [{\"license\": {\"id\": \"BSD-3-Clause\"}}]";
        assertEquals(List.of(), Licences.gaps(bill(licences), COPYRIGHT));
    }

    @Test
    void oneOfSeveralLicencesIsEnough() throws IOException {
        String licences = ", \"licenses\": [{\"license\": {\"name\": \"LGPL\"}}, {\"license\": {\"id\": \"MIT\"}}]";
        assertEquals(List.of(), Licences.gaps(bill(licences), COPYRIGHT));
    }

    @Test
    void anotherLicenceIsAGap() throws IOException {
        String licences = ", \"licenses\": [{\"license\": {\"id\": \"Apache-2.0\"}}]";
        assertEquals(
                List.of("asm-util-9.11.jar declares [Apache-2.0],"
                        + " but src/packaging/copyright tells [BSD-3-clause, Expat]"),
                Licences.gaps(bill(licences), COPYRIGHT));
    }

    @Test
    void libraryWithoutALicenceIsAGap() throws IOException {
        assertEquals(
                List.of("asm-util-9.11.jar declares []," + " but src/packaging/copyright tells [BSD-3-clause, Expat]"),
                Licences.gaps(bill(""), COPYRIGHT));
    }

    @Test
    void libraryThatIsNotToldIsAGap() throws IOException {
        String licences = ", \"licenses\": [{\"license\": {\"id\": \"Apache-2.0\"}}]";
        assertEquals(
                List.of("netty-common-4.2.jar declares [Apache-2.0], but src/packaging/copyright tells []"),
                Licences.gaps(bill(licences).replace("asm-util", "netty-common").replace("9.11", "4.2"), COPYRIGHT));
    }
}
