package org.waymark.integration;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may differ from one processor to another is right for each that Waymark is for: the numbers that it gives to the kernel and the C
 * library, and its native libraries. Nothing runs on the processor.
 */
class ProcessorsIT {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("waymark.home"));
    private static final Path NUMBERS =
            Path.of(System.getProperty("waymark.lab")).resolveSibling("kernel-numbers.c");

    /** The packages that speak to the kernel. */
    private static final String[] PACKAGES = {
        "org.waymark.linux", "org.waymark.conntrack", "org.waymark.firewall", "org.waymark.sets", "org.waymark.routes"
    };

    /** A processor, with its number in native libraries (EM_* of elf.h) and what compilers, Netty and jffi call it. */
    enum Processor {
        X86_64(62, "x86_64", "x86_64"),
        ARM64(183, "aarch64", "aarch_64");

        private final int number;
        private final String name;
        private final String nettysName;

        Processor(int number, String name, String nettysName) {
            this.number = number;
            this.name = name;
            this.nettysName = nettysName;
        }

        String compiler() {
            return name + "-linux-gnu-gcc";
        }

        List<String> libraries() {
            return List.of(
                    "META-INF/native/libnetty_transport_native_epoll_" + nettysName + ".so",
                    "jni/" + name + "-Linux/libjffi-1.2.so");
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersAreThoseOfTheHeaders(Processor processor, @TempDir Path folder) throws Exception {
        Map<String, Long> numbers = new TreeMap<>();
        ClassFileImporter program =
                new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
        for (JavaClass type : program.importPackages(PACKAGES)) {
            addNumbers(type.reflect(), numbers);
        }
        String source = sourceFor(numbers);
        Path file = Files.writeString(folder.resolve("numbers.c"), source);
        Process compiler = new ProcessBuilder(processor.compiler(), "-std=gnu11", "-fsyntax-only", file.toString())
                .redirectErrorStream(true)
                .start();
        String complaints = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), complaints);
    }

    /** All numbers, then the file that says what the headers call them, then those that the headers call the same. */
    private static String sourceFor(Map<String, Long> numbers) throws IOException {
        String file = Files.readString(NUMBERS);
        String definitions = numbers.entrySet().stream()
                .map(number -> "#define " + number.getKey() + " (" + number.getValue() + "LL)\n")
                .collect(joining());
        String sameNames = numbers.keySet().stream()
                .filter(name ->
                        !Pattern.compile("\\b" + name + "\\b").matcher(file).find())
                .map(name -> "SAME(" + name + ", " + name.substring(name.indexOf('_') + 1) + ")\n")
                .collect(joining());
        assertTrue(sameNames.contains("SAME(Socket_AF_INET6, AF_INET6)"), sameNames);
        return definitions + file + sameNames;
    }

    /** Adds the class's constants: numbers, and objects of the class that hold numbers. */
    private static void addNumbers(Class<?> type, Map<String, Long> numbers) throws IllegalAccessException {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) || !Modifier.isFinal(field.getModifiers())) {
                continue;
            }
            String name = type.getSimpleName() + "_" + field.getName();
            if (isNumber(field)) {
                add(name, read(field, null), numbers);
            } else if (field.getType() == type) {
                addFields(name, read(field, null), numbers);
            }
        }
    }

    private static void addFields(String name, Object constant, Map<String, Long> numbers)
            throws IllegalAccessException {
        List<Field> fields = Arrays.stream(constant.getClass().getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && isNumber(field))
                .toList();
        for (Field field : fields) {
            add(fields.size() == 1 ? name : name + "_" + field.getName(), read(field, constant), numbers);
        }
    }

    private static boolean isNumber(Field field) {
        return !field.isSynthetic()
                && List.of(byte.class, short.class, int.class, long.class).contains(field.getType());
    }

    private static Object read(Field field, Object object) throws IllegalAccessException {
        field.setAccessible(true);
        return field.get(object);
    }

    private static void add(String name, Object number, Map<String, Long> numbers) {
        Long other = numbers.put(name, ((Number) number).longValue());
        assertEquals(null, other, "two classes of one name have the constant " + name);
    }

    @ParameterizedTest
    @EnumSource
    void nativeLibrariesAreThereForIt(Processor processor) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(DISTRIBUTION.resolve("lib"), "*.jar")) {
            for (Path jar : jars) {
                addLibraries(jar, processor.libraries(), found);
            }
        }
        Map<String, Integer> expected = new TreeMap<>();
        processor.libraries().forEach(name -> expected.put(name, processor.number));
        assertEquals(expected, found);
    }

    private static void addLibraries(Path jar, List<String> names, Map<String, Integer> found) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (String name : names) {
                JarEntry entry = file.getJarEntry(name);
                if (entry != null) {
                    found.put(name, processorOf(file.getInputStream(entry)));
                }
            }
        }
    }

    /** The processor of a native library: e_machine of its header (man 5 elf), which is little-endian. */
    private static int processorOf(InputStream library) throws IOException {
        try (library) {
            ByteBuffer header = ByteBuffer.wrap(library.readNBytes(20)).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(0x464c_457f, header.getInt(0), "it begins as ELF does");
            return header.getShort(18);
        }
    }
}
