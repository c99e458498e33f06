package org.waymark.names;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Looking for a name in a list of so many. */
@State(Scope.Thread)
public class NameListBenchmark {
    private static final int NAME = 12;
    private static final int NUMBER = NAME + 1 + 3 + 1;
    private static final int DIGITS = 8;

    @Param({"1000", "1000000"})
    private int names;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer message = ByteBuffer.allocateDirect(64);
    private NameList list;

    @Setup
    public void read() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < names; number++) {
            for (int i = 0; i < DIGITS; i++) {
                text.append(letter(number, i));
            }
            text.append("-site.example\n");
        }
        list = ReadList.from(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.ISO_8859_1)))
                .names();
        message.put(NAME, "\3www\15xxxxxxxx-site\7example\0\0\1\0\1".getBytes(StandardCharsets.ISO_8859_1));
    }

    @TearDown
    public void free() {
        list.release();
    }

    /** A name below one that is listed. */
    @Benchmark
    public Listing listed() {
        return find(random.nextInt(names));
    }

    /** One that is not. */
    @Benchmark
    public Listing notListed() {
        return find(names + random.nextInt(names));
    }

    private Listing find(int number) {
        for (int i = 0; i < DIGITS; i++) {
            message.put(NUMBER + i, (byte) letter(number, i));
        }
        return list.find(message, NAME);
    }

    private static char letter(int number, int digit) {
        return (char) ('a' + (number >>> 4 * digit & 0xf));
    }
}
