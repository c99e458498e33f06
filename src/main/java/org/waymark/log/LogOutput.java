package org.waymark.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Standard error, written by its own thread. A journal or a terminal that reads slowly, or a pipe that nobody reads, must not block whoever
 * logs, which may be a worker with thousands of queries. Up to 4,096 lines wait. Further ones are lost, and the log says how many.
 */
public final class LogOutput implements AutoCloseable {
    private static final int LINES = 4_096;
    private static final long LAST_LINES_MILLIS = 250;
    private static final byte[] END = {};

    private final PrintStream target = System.err;
    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LINES);
    private final AtomicLong lost = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);

    private LogOutput() {}

    /**
     * @return takes the place of {@link System#err} until it is closed
     */
    public static LogOutput open() {
        LogOutput output = new LogOutput();
        Thread thread = new Thread(output::write, "log");
        thread.setDaemon(true);
        thread.start();
        System.setErr(new PrintStream(output.new Lines(), false, StandardCharsets.UTF_8));
        return output;
    }

    /** The print stream ensures that one thread writes at a time. */
    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int octet) {
            line.write(octet);
            if (octet == '\n') {
                if (!lines.offer(line.toByteArray())) {
                    lost.incrementAndGet();
                }
                line.reset();
            }
        }
    }

    private void write() {
        try {
            for (byte[] line = lines.take(); line != END; line = lines.take()) {
                target.writeBytes(line);
                reportLostLines();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void reportLostLines() {
        long count = lost.getAndSet(0);
        if (count > 0) {
            String told = LogSettings.warning(count + (count == 1 ? " line of the log is" : " lines of the log are")
                    + " lost: standard error is not read fast enough");
            target.writeBytes(told.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes the lines that wait, as far as that takes less than half a second. A second call does no harm. */
    @Override
    public void close() {
        System.setErr(target);
        try {
            if (lines.offer(END, LAST_LINES_MILLIS, TimeUnit.MILLISECONDS)) {
                ended.await(LAST_LINES_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
