package org.waymark;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may use whom: the packages' own order, and which of them a library belongs to. */
class PackageRulesTest {
    private static final String ROOT = "org.waymark.";

    /** Each package with those it may use, all of which stand below it, so that no circle can come about. */
    private static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

    /** Each library with the packages that may use it. */
    private static final Map<String, Set<String>> LIBRARIES = Map.ofEntries(
            entry("jnr.", Set.of("linux")),
            entry("com.kenai.", Set.of("linux")),
            entry("org.xbill.", Set.of("dns")),
            entry("picocli.", Set.of("cli")),
            entry("org.tomlj.", Set.of("config")),
            entry("com.fasterxml.", Set.of("cli", "control", "log", "programs", "accounts", "web")),
            entry("io.prometheus.", Set.of("web")),
            entry("io.netty.handler.codec.http.", Set.of("web")),
            entry(
                    "org.slf4j.",
                    Set.of(
                            "log",
                            "server",
                            "report",
                            "settings",
                            "files",
                            "host",
                            "dnstap",
                            "accounts",
                            "web",
                            "sets",
                            "worker")));

    static {
        mayUse(
                "cli",
                "sets doctor server control settings host local rules log config policy names dns linux mark metrics");
        mayUse(
                "doctor",
                "sets settings host firewall ruleset programs conntrack config policy names dns linux mark metrics");
        mayUse(
                "server",
                "commands worker dnstap report settings host accounts feed forward cache upstream ports log config control web systemd dns linux mark"
                        + " metrics");
        mayUse("commands", "worker accounts feed forward cache upstream config control dns linux mark metrics");
        mayUse(
                "worker",
                "sets dnstap report settings host listener marks local feed forward cache upstream watch ports loop conntrack config dns"
                        + " linux limit"
                        + " metrics");
        mayUse("report", "feed forward upstream watch conntrack dns linux mark metrics");
        mayUse("dnstap", "forward upstream config dns linux mark metrics");
        mayUse("settings", "host listener local policy names config dns files metrics");
        mayUse("host", "firewall routes marks conntrack systemd config linux mark metrics");
        mayUse("listener", "marks forward loop dns linux mark metrics");
        mayUse("marks", "watch conntrack linux mark metrics");
        mayUse("local", "forward dns metrics");
        mayUse("feed", "forward upstream dns linux mark metrics");
        mayUse("forward", "sets cache upstream loop policy names dns linux mark limit metrics");
        mayUse("cache", "dns linux metrics");
        mayUse("upstream", "ports watch loop conntrack linux dns mark limit metrics");
        mayUse("ports", "conntrack linux metrics");
        mayUse("watch", "conntrack linux mark metrics");
        mayUse("accounts", "firewall config files linux mark metrics");
        mayUse("rules", "firewall config programs linux mark metrics");
        mayUse("routes", "linux mark metrics");
        mayUse("firewall", "conntrack linux metrics");
        mayUse("conntrack", "linux mark metrics");
        mayUse("log", "config systemd metrics");
        mayUse("config", "sets policy names dns mark files metrics");
        mayUse("policy", "sets names dns mark metrics");
        mayUse("sets", "linux metrics");
        mayUse("names", "dns linux files metrics");
        mayUse("control", "metrics");
        mayUse("web", "mark metrics");
        mayUse("systemd", "metrics");
        mayUse("dns", "metrics");
        mayUse("loop", "linux metrics");
        mayUse("linux", "metrics");
        mayUse("ruleset", "programs mark metrics");
        mayUse("mark", "metrics");
        mayUse("limit", "metrics");
        mayUse("programs", "metrics");
        mayUse("files", "metrics");
        MAY_USE.put("metrics", Set.of());
    }

    private static void mayUse(String user, String used) {
        MAY_USE.put(user, Set.of(used.split(" ")));
    }

    private final JavaClasses program = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.waymark");

    @Test
    void importsRunDownwards() {
        assertEquals(Set.of(), forbidden(MAY_USE, LIBRARIES));
    }

    @Test
    void theOrderHasNoCircle() {
        List<String> order = new ArrayList<>(MAY_USE.keySet());
        MAY_USE.forEach((user, used) -> used.forEach(
                below -> assertTrue(order.indexOf(user) < order.indexOf(below), user + " stands above " + below)));
    }

    @Test
    void everyPackageIsListedAndNoOther() {
        Set<String> packages = new TreeSet<>();
        program.forEach(type -> packages.add(roomOf(type)));

        assertEquals(new TreeSet<>(MAY_USE.keySet()), packages);
    }

    /** So that the table in ARCHITECTURE.md stays true. */
    @Test
    void theTableOfRoomsSaysTheSame() throws IOException {
        Map<String, Set<String>> told = new LinkedHashMap<>();
        Pattern row = Pattern.compile("\\| `([a-z]+)` \\|[^|]*\\|([^|]*)\\|");
        for (String line : Files.readAllLines(Path.of("ARCHITECTURE.md"))) {
            Matcher room = row.matcher(line);
            if (room.matches()) {
                told.put(room.group(1), roomsIn(room.group(2)));
            }
        }
        Map<String, Set<String>> expected = new LinkedHashMap<>();
        MAY_USE.forEach((room, used) -> {
            Set<String> others = new TreeSet<>(used);
            others.remove("metrics");
            expected.put(room, others);
        });

        assertEquals(expected, told);
    }

    private static Set<String> roomsIn(String cell) {
        return Pattern.compile("`([a-z]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        Path sources = Path.of("src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            Set<Path> silent = new TreeSet<>();
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .forEach(silent::add);

            assertEquals(Set.of(), silent, "packages without a package-info.java");
        }
    }

    @Test
    void aForbiddenPackageIsFound() {
        Map<String, Set<String>> stricter = new LinkedHashMap<>(MAY_USE);
        stricter.put("config", Set.of("sets", "policy", "names", "dns", "files", "metrics"));

        Set<String> found = forbidden(stricter, LIBRARIES);

        assertFalse(found.isEmpty());
        assertTrue(found.stream().allMatch(line -> line.startsWith("config uses mark: ")), found::toString);
    }

    @Test
    void aForbiddenLibraryIsFound() {
        Set<String> found = forbidden(MAY_USE, Map.of("org.tomlj.", Set.of("cli")));

        assertFalse(found.isEmpty());
        assertTrue(found.stream().allMatch(line -> line.startsWith("config uses org.tomlj.")), found::toString);
    }

    /** The uses that break the rules, as "user uses used: where". */
    private Set<String> forbidden(Map<String, Set<String>> mayUse, Map<String, Set<String>> libraries) {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : program) {
            String user = roomOf(type);
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                JavaClass used = use.getTargetClass().getBaseComponentType();
                if (isOurs(used)) {
                    String below = roomOf(used);
                    if (!below.equals(user)
                            && !mayUse.getOrDefault(user, Set.of()).contains(below)) {
                        forbidden.add(user + " uses " + below + ": " + use.getDescription());
                    }
                }
                libraries.forEach((library, users) -> {
                    if (used.getName().startsWith(library) && !users.contains(user)) {
                        forbidden.add(user + " uses " + library + ": " + use.getDescription());
                    }
                });
            }
        }
        return forbidden;
    }

    private static boolean isOurs(JavaClass type) {
        return type.getName().startsWith(ROOT);
    }

    /** The package right below the root that a class of ours is in, or in a part of. */
    private static String roomOf(JavaClass type) {
        return type.getPackageName().substring(ROOT.length()).split("\\.")[0];
    }
}
