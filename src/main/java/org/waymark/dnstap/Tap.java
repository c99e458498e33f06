package org.waymark.dnstap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.TapTarget;

/**
 * Writes what all workers give it to a socket or a file, on a thread of its own. While a socket has no reader, it tries again; what does not
 * fit into the memory of 2 MiB meanwhile is lost.
 */
public final class Tap implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tap.class);

    private static final int BYTES_OF_ALL_WORKERS = 2 << 20;
    private static final int LEAST_BYTES = 256 << 10;
    private static final int BATCH_BYTES = 256 << 10;

    /** Frames that come within this time are written together, which costs the workers fewer wake-ups. */
    private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LAST_FRAMES_MILLIS = 500;

    private final TapTarget target;
    private final String identity;
    private final String version;
    private final int bytesOfWorker;
    private final List<FrameRing> rings = new CopyOnWriteArrayList<>();
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES).limit(0);
    private final Thread thread = new Thread(this::run, "dnstap");
    private int turn;
    private volatile boolean isAsleep;
    private volatile boolean isStopping;
    private volatile FrameStream stream;

    private Tap(TapTarget target, int workers, String identity, String version) {
        this.target = target;
        this.identity = identity;
        this.version = version;
        this.bytesOfWorker = Integer.highestOneBit(Math.max(LEAST_BYTES, BYTES_OF_ALL_WORKERS / workers));
        thread.setDaemon(true);
    }

    /**
     * Begins to write. If that is not possible now, the log says why.
     *
     * @param target where to; a file that is there is emptied first
     * @param workers how many workers there are
     * @param identity the name of this host
     * @param version what runs here
     * @return what writes until it is closed
     */
    public static Tap open(TapTarget target, int workers, String identity, String version) {
        Tap tap = new Tap(target, workers, identity, version);
        tap.thread.start();
        return tap;
    }

    /**
     * @return whether it still writes to what it was opened for: a file may have been moved away, or could not take any more
     */
    public boolean isIntact() {
        return thread.isAlive() && (target.isSocket() || Files.exists(target.path()));
    }

    /** Takes the frames of one more worker. */
    FrameRing newRing() {
        FrameRing ring = new FrameRing(bytesOfWorker, this::wake);
        rings.add(ring);
        return ring;
    }

    /** Encodes the frames of one more worker. */
    FrameEncoder newEncoder() {
        return new FrameEncoder(identity, version);
    }

    private void wake() {
        if (isAsleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        boolean isTold = false;
        long pause = FIRST_PAUSE_NANOS;
        do {
            try (FrameStream opened = FrameStream.open(target)) {
                stream = opened;
                opened.begin();
                LOG.info("dnstap messages go to {}", target);
                isTold = false;
                pause = FIRST_PAUSE_NANOS;
                copyTo(opened);
                opened.end();
            } catch (IOException e) {
                if (!isTold && !isStopping) {
                    LOG.warn("can't write dnstap messages to {}: {}{}", target, reason(e), consequence());
                    isTold = true;
                }
                if (hasBegunFile()) {
                    return;
                }
                backToWholeFrame();
                pauseUnlessStopping(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } while (!isStopping);
    }

    /** Beginning a file again would delete what it has. */
    private boolean hasBegunFile() {
        return !target.isSocket() && stream != null;
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "No such file or directory" : e.getMessage();
    }

    private String consequence() {
        return hasBegunFile()
                ? ": the recording ends here, and begins anew with the next reload or start"
                : ": they are lost until that is possible; it is tried again and again";
    }

    /** Returns when it has been closed, and everything is written. */
    private void copyTo(FrameStream opened) throws IOException {
        boolean isLast = false;
        while (true) {
            opened.write(batch);
            batch.clear();
            takeFromAll();
            batch.flip();
            if (!batch.hasRemaining()) {
                if (isLast) {
                    return;
                }
                awaitFrames();
                isLast = isStopping;
            }
        }
    }

    /** Begins with another worker each time, so that none can take all the room. */
    private void takeFromAll() {
        turn++;
        for (int i = 0; i < rings.size(); i++) {
            rings.get((turn + i) % rings.size()).take(batch);
        }
    }

    private void awaitFrames() {
        isAsleep = true;
        while (!isStopping && rings.stream().allMatch(FrameRing::isEmpty)) {
            LockSupport.park(this);
        }
        isAsleep = false;
        pauseUnlessStopping(GATHERING_NANOS);
    }

    private void pauseUnlessStopping(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !isStopping; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** A new connection begins with the first frame that the last one did not take whole. */
    private void backToWholeFrame() {
        int start = 0;
        while (start + Integer.BYTES <= batch.position()
                && start + Integer.BYTES + batch.getInt(start) <= batch.position()) {
            start += Integer.BYTES + batch.getInt(start);
        }
        batch.position(start);
    }

    /** Writes what there is, if the reader takes it within half a second. */
    @Override
    public void close() {
        isStopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_FRAMES_MILLIS);
            FrameStream last = stream;
            if (last != null) {
                last.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", target, e.getMessage());
        }
    }
}
