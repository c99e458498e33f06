package org.waymark.lab;

import java.util.Arrays;
import java.util.Random;

/** Draws numbers by Zipf's law, as clients ask for names: the number 0 most often, 1 half as often, and so on. */
public final class Zipf {
    private final Random random;

    /** How often each number and those below it are drawn, in all. */
    private final double[] sums;

    /** Draws from this many numbers. */
    public Zipf(int numbers, Random random) {
        this.random = random;
        this.sums = new double[numbers];
        double sum = 0;
        for (int i = 0; i < numbers; i++) {
            sum += 1.0 / (1 + i);
            sums[i] = sum;
        }
    }

    /** The next number. */
    public int next() {
        int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
        return found < 0 ? -1 - found : found;
    }
}
