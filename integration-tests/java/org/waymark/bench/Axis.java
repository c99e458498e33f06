package org.waymark.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What there is more and more of. */
enum Axis {
    MARKS("marks", 1, 32, 1024, 4096) {
        @Override
        Growth.Round measure(ScaleLab lab, int marks) {
            lab.forgetConnections();
            lab.marks(marks);
            return lab.saturate(lab.cores(), MANY_CLIENTS);
        }
    },
    IN_FLIGHT("queries in flight", 0, 1_000, 10_000, 50_000) {
        @Override
        Growth.Round measure(ScaleLab lab, int queries) {
            lab.forgetConnections();
            lab.marks(USUAL_MARKS);
            return lab.hold(queries);
        }
    },
    CONNECTIONS("conntrack entries", 0, 10_000, 100_000, 1_000_000) {
        @Override
        Growth.Round measure(ScaleLab lab, int entries) {
            lab.marks(USUAL_MARKS);
            lab.connections(entries);
            return lab.saturate(lab.cores(), CLIENTS);
        }
    },
    CORES("cores", cores()) {
        @Override
        Growth.Round measure(ScaleLab lab, int cores) {
            lab.forgetConnections();
            lab.marks(USUAL_MARKS);
            return lab.saturate(cores, CLIENTS);
        }
    };

    private static final int USUAL_MARKS = 32;
    private static final int CLIENTS = 1_000;

    /** As many as there are marks at most, and always as many, so that they are not what makes the difference. */
    private static final int MANY_CLIENTS = 4_096;

    private final String title;
    private final int[] points;

    Axis(String title, int... points) {
        this.title = title;
        this.points = points;
    }

    /** Measures once at a value. */
    abstract Growth.Round measure(ScaleLab lab, int value);

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    List<Integer> points() {
        return Arrays.stream(points).boxed().toList();
    }

    private static int[] cores() {
        int all = Runtime.getRuntime().availableProcessors();
        return IntStream.iterate(1, cores -> cores <= all, cores -> 2 * cores).toArray();
    }
}
