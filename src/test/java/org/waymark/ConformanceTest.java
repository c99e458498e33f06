package org.waymark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of duties in ARCHITECTURE.md names the tests that show them, all of them and no others. */
class ConformanceTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|[^|]+\\| (.+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+\\.\\w+)`");

    @Test
    void theTableNamesTheTestsThatAreAnnotated() throws IOException {
        Map<Integer, Set<String>> listed = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("ARCHITECTURE.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> tests = listed.computeIfAbsent(Integer.valueOf(row.group(1)), duty -> new TreeSet<>());
                TEST.matcher(row.group(2)).results().forEach(test -> tests.add(test.group(1)));
            }
        }
        Map<Integer, Set<String>> annotated = annotated();
        listed.keySet().forEach(duty -> annotated.putIfAbsent(duty, Set.of()));
        assertEquals(annotated, listed);
    }

    private static Map<Integer, Set<String>> annotated() {
        Map<Integer, Set<String>> tests = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("org.waymark")) {
            for (JavaMethod method : type.getMethods()) {
                method.tryGetAnnotationOfType(Duty.class).ifPresent(annotation -> {
                    for (int duty : annotation.value()) {
                        tests.computeIfAbsent(duty, number -> new TreeSet<>())
                                .add(type.getSimpleName() + "." + method.getName());
                    }
                });
            }
        }
        return tests;
    }
}
