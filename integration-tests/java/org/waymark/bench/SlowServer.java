package org.waymark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;

/**
 * A server that answers every query after the same time. It loses none, as others do: dnsdist's delays from 5,000 on, and the stub of
 * the tests when the garbage collector copies what it has seen.
 */
final class SlowServer implements AutoCloseable {
    static final InetSocketAddress ADDRESS = Family.IPV4.upstream(54);

    private static final int BUFFER_BYTES = 4 << 20;

    private record Answer(byte[] message, SocketAddress to, long dueNanos) {}

    private final DatagramChannel channel;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final BlockingQueue<Answer> pending = new LinkedBlockingQueue<>();
    private final AtomicLong answers = new AtomicLong();
    private volatile long delayNanos;

    private SlowServer(DatagramChannel channel) {
        this.channel = channel;
        threads.execute(this::read);
        threads.execute(this::answer);
    }

    static SlowServer start(Lab lab) {
        return new SlowServer(lab.in(Host.UPSTREAM, () -> DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES)
                .bind(ADDRESS)));
    }

    /** How long answers are held back from now on. None may be pending, because they leave in the order in which they came. */
    void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** How many answers have left so far. */
    long answers() {
        return answers.get();
    }

    @Override
    public void close() {
        // What interrupts a thread that is at the channel closes it.
        threads.shutdownNow();
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(512);
        try {
            while (true) {
                SocketAddress from = channel.receive(buffer.clear());
                byte[] query = new byte[buffer.flip().remaining()];
                buffer.get(query);
                pending.add(new Answer(Message.answerTo(query), from, System.nanoTime() + delayNanos));
            }
        } catch (ClosedChannelException e) {
            // It is closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer() {
        try {
            while (true) {
                Answer answer = pending.take();
                LockSupport.parkNanos(answer.dueNanos - System.nanoTime());
                channel.send(ByteBuffer.wrap(answer.message), answer.to);
                answers.incrementAndGet();
            }
        } catch (InterruptedException | ClosedChannelException e) {
            // It is closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
