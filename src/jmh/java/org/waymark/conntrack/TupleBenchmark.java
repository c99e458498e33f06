package org.waymark.conntrack;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.waymark.linux.Endpoint;

/** Asking conntrack for a mark, but for the kernel's part. */
@State(Scope.Thread)
public class TupleBenchmark {
    private static final int BURST = 64;
    private static final byte UDP = 17;
    private static final int NEW = 0x0100;
    private static final int ATTRIBUTES = 20;
    private static final int CTA_MARK = 8;

    /** Tuples, status and timeout, as a kernel puts them before the mark: type and length of the value. */
    private static final int[][] BEFORE_THE_MARK = {{1, 48}, {2, 48}, {3, 4}, {7, 4}};

    private final ByteBuffer requests = ByteBuffer.allocateDirect(BURST * TupleRequest.MAX_BYTES);
    private final TupleRequest request = new TupleRequest(requests);
    private final Endpoint gateway = Endpoint.of(new InetSocketAddress("192.0.2.1", 53));
    private final Endpoint client = Endpoint.of(new InetSocketAddress("192.0.2.137", 40_000));
    private final Endpoint gateway6 = Endpoint.of(new InetSocketAddress("2001:db8::1", 53));
    private final Endpoint client6 = Endpoint.of(new InetSocketAddress("2001:db8::137", 40_000));

    private final ByteBuffer received = ByteBuffer.allocateDirect(512).order(ByteOrder.nativeOrder());
    private final TupleAnswer answer = new TupleAnswer(received);
    private final int answerBytes = writeAnswer();

    private int writeAnswer() {
        received.putShort(4, (short) NEW);
        int at = ATTRIBUTES;
        for (int[] attribute : BEFORE_THE_MARK) {
            received.putShort(at, (short) (4 + attribute[1])).putShort(at + 2, (short) attribute[0]);
            at += 4 + attribute[1];
        }
        received.putShort(at, (short) 8).putShort(at + 2, (short) CTA_MARK);
        received.order(ByteOrder.BIG_ENDIAN).putInt(at + 4, 137);
        return at + 8;
    }

    /** One of the requests of a burst. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public int writeIpv4() {
        request.clear();
        for (int i = 0; i < BURST; i++) {
            request.add(i, UDP, gateway, client, 0);
        }
        return request.length();
    }

    /** The longest: IPv6, in a zone. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public int writeIpv6() {
        request.clear();
        for (int i = 0; i < BURST; i++) {
            request.add(i, UDP, gateway6, client6, 7);
        }
        return request.length();
    }

    @Benchmark
    public long read() {
        return answer.read(0, answerBytes) ? answer.mark() : -1;
    }
}
