package org.waymark.accounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What was used on each day that has ended: a file for each day, the latest 400. */
final class FormerDays {
    static final int MOST_DAYS = 400;

    private static final String FIRST_LINE = "waymark day 1";
    private static final int MOST_BYTES = 8 << 20;

    private final Path folder;

    FormerDays(Path folder) {
        this.folder = folder;
    }

    /** Writes what was used on a day, and removes days that are too old. */
    void add(LocalDate day, Map<String, Balance> balances) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder(FIRST_LINE + "\n");
        balances.forEach((key, balance) -> {
            text.append(key);
            for (long count : balance.today) {
                text.append(' ').append(count);
            }
            text.append('\n');
        });
        CheckedFile.write(folder.resolve(day.toString()), text.toString());
        List<LocalDate> days = days();
        for (LocalDate old : days.subList(0, Math.max(0, days.size() - MOST_DAYS))) {
            Files.delete(folder.resolve(old.toString()));
        }
    }

    /** The days that there are, from the earliest. */
    List<LocalDate> days() throws IOException {
        TreeSet<LocalDate> days = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try {
                    days.add(LocalDate.parse(file.getFileName().toString()));
                } catch (DateTimeException e) {
                    // Another file, such as one that was being written when the host stopped.
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return new ArrayList<>(days);
    }

    /** Adds up the days from one on: counts for each key, as in {@link Balance}. */
    Map<String, long[]> since(LocalDate first) throws IOException {
        Map<String, long[]> sums = new HashMap<>();
        for (LocalDate day : days()) {
            if (!day.isBefore(first)) {
                add(CheckedFile.read(folder.resolve(day.toString()), MOST_BYTES), sums);
            }
        }
        return sums;
    }

    private static void add(List<String> lines, Map<String, long[]> sums) {
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ");
            long[] sum = sums.computeIfAbsent(words[0], key -> new long[Balance.COUNTS]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += Long.parseLong(words[1 + i]);
            }
        }
    }
}
