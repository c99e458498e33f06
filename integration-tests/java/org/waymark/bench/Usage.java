package org.waymark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and its children have used so far, by /proc (man 5 proc).
 *
 * @param userMicros processor time in user mode
 * @param systemMicros processor time in the kernel
 * @param endedMicros the part of both that children have used which have ended
 * @param switches context switches, voluntary or not, but for those of children that have ended
 * @param residentKib resident memory now
 */
record Usage(long userMicros, long systemMicros, long endedMicros, long switches, long residentKib) {
    /** USER_HZ, 100 wherever Java runs on Linux. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    static Usage of(long pid) {
        Usage usage = ofOne(pid);
        List<ProcessHandle> children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        for (ProcessHandle child : children) {
            usage = usage.plus(ofOne(child.pid()));
        }
        return usage;
    }

    /** What was used since; the memory is that of now. */
    Usage since(Usage before) {
        return new Usage(
                userMicros - before.userMicros,
                systemMicros - before.systemMicros,
                endedMicros - before.endedMicros,
                switches - before.switches,
                residentKib);
    }

    /** Whether all context switches are in the count. */
    boolean knowsSwitches() {
        return endedMicros == 0;
    }

    private Usage plus(Usage other) {
        return new Usage(
                userMicros + other.userMicros,
                systemMicros + other.systemMicros,
                endedMicros + other.endedMicros,
                switches + other.switches,
                residentKib + other.residentKib);
    }

    private static Usage ofOne(long pid) {
        Path directory = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(directory.resolve("stat"));
            // The name of the command, in brackets, may contain anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // utime, stime, and those of children that were waited for: fields 14 to 17, where fields[0] is the third.
            long endedUser = Long.parseLong(fields[13]);
            long endedSystem = Long.parseLong(fields[14]);
            long user = Long.parseLong(fields[11]) + endedUser;
            long system = Long.parseLong(fields[12]) + endedSystem;
            long resident = sum(directory, "VmRSS:");
            long switches = 0;
            try (Stream<Path> threads = Files.list(directory.resolve("task"))) {
                for (Path thread : threads.toList()) {
                    switches += sum(thread, "voluntary_ctxt_switches:") + sum(thread, "nonvoluntary_ctxt_switches:");
                }
            }
            return new Usage(
                    user * MICROS_PER_TICK,
                    system * MICROS_PER_TICK,
                    (endedUser + endedSystem) * MICROS_PER_TICK,
                    switches,
                    resident);
        } catch (IOException e) {
            // It has ended meanwhile.
            return NONE;
        }
    }

    private static long sum(Path directory, String key) {
        try (Stream<String> lines = Files.lines(directory.resolve("status"))) {
            return lines.filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            // The thread has ended meanwhile: no such file, or no such process.
            return 0;
        }
    }
}
