package org.waymark.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** Which names are asked for: the lines of dnsperf's file, which it begins again at its end. Those drawn at random are always the same. */
enum Names {
    /** 200,000, one after the other. */
    MANY {
        @Override
        String make() {
            return queries(200_000, "", line -> line);
        }
    },
    /** 100, one after the other. */
    FEW {
        @Override
        String make() {
            return queries(100, "", line -> line);
        }
    },
    /** 1,000, drawn at random, each as likely as the others. */
    THOUSAND {
        @Override
        String make() {
            Random random = new Random(SEED);
            return queries(262_144, "", line -> random.nextInt(1_000));
        }
    },
    /** 1,000,000, drawn at random, the one of rank r in proportion to 1 / r (Zipf's law). */
    ZIPF {
        @Override
        String make() {
            Random random = new Random(SEED);
            double[] sums = new double[1_000_000];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = (i == 0 ? 0 : sums[i - 1]) + 1.0 / (i + 1);
            }
            double whole = sums[sums.length - 1];
            return queries(524_288, "", line -> {
                int found = Arrays.binarySearch(sums, random.nextDouble() * whole);
                return found < 0 ? -found - 1 : found;
            });
        }
    },
    /** More than are asked for in a run, and others in each run. */
    NEW {
        private int run;

        @Override
        String lines() {
            return make();
        }

        @Override
        String make() {
            run++;
            return queries(600_000, "r" + run + ".", line -> line);
        }
    };

    private static final long SEED = 15;

    private String lines;

    /** The text of the file. Where names are drawn, its lines are a multiple of 1,024, so that as many clients ask for the same ones each time. */
    String lines() {
        if (lines == null) {
            lines = make();
        }
        return lines;
    }

    abstract String make();

    private static String queries(int number, String domain, IntUnaryOperator name) {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < number; line++) {
            lines.append('q')
                    .append(name.applyAsInt(line))
                    .append('.')
                    .append(domain)
                    .append("example A\n");
        }
        return lines.toString();
    }
}
