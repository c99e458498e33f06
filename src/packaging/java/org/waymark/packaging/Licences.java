package org.waymark.packaging;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The licences of the bundled libraries: those that the file copyright tells, compared with those that the libraries themselves declare, as
 * the bill of materials has them.
 */
final class Licences {
    /** What Debian calls licences, where that is not what SPDX does. */
    private static final Map<String, String> DEBIANS =
            Map.of("MIT", "Expat", "BSD-3-Clause", "BSD-3-clause", "BSD-2-Clause", "BSD-2-clause");

    private static final Pattern STANZA =
            Pattern.compile("(?m)^Files: usr/lib/waymark/lib/(\\S+)\nCopyright: .*\n(?: .*\n)*License: (.*)$");

    private Licences() {}

    /**
     * @param billOfMaterials in the JSON of CycloneDX
     * @param copyright a machine-readable copyright file of Debian
     * @return what the file copyright lacks, a line for each library
     * @throws IOException if the bill can't be read
     */
    static List<String> gaps(String billOfMaterials, String copyright) throws IOException {
        List<MatchResult> stanzas = STANZA.matcher(copyright).results().toList();
        List<String> gaps = new ArrayList<>();
        for (Object component : (List<?>) JSON.std.mapFrom(billOfMaterials).get("components")) {
            Map<?, ?> library = (Map<?, ?>) component;
            String jar = library.get("name") + "-" + library.get("version") + ".jar";
            List<String> declared = declaredBy(library);
            List<String> told = stanzas.stream()
                    .filter(stanza ->
                            jar.matches(stanza.group(1).replace(".", "\\.").replace("*", ".*")))
                    .flatMap(stanza -> Pattern.compile(" and ").splitAsStream(stanza.group(2)))
                    .toList();
            if (declared.stream().noneMatch(told::contains)) {
                gaps.add(jar + " declares " + declared + ", but src/packaging/copyright tells " + told);
            }
        }
        return gaps;
    }

    private static List<String> declaredBy(Map<?, ?> library) {
        List<String> names = new ArrayList<>();
        if (library.get("licenses") instanceof List<?> licences) {
            for (Object each : licences) {
                if (((Map<?, ?>) each).get("license") instanceof Map<?, ?> licence) {
                    Object name = licence.get("id") == null ? licence.get("name") : licence.get("id");
                    names.add(DEBIANS.getOrDefault(name.toString(), name.toString()));
                }
            }
        }
        return names;
    }
}
