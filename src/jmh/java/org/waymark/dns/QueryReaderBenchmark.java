package org.waymark.dns;

import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading the header, the question and the OPT record of a query. */
@State(Scope.Thread)
public class QueryReaderBenchmark {
    private final QueryReader reader = new QueryReader();
    private final ByteBuffer plain = direct(Messages.query().toWire());
    private final ByteBuffer edns = direct(Messages.queryWithEdns(1232, 0));

    private static ByteBuffer direct(byte[] message) {
        return ByteBuffer.allocateDirect(message.length).put(message).flip();
    }

    @Benchmark
    public MessageForm plain() {
        return reader.read(plain, 0, plain.limit());
    }

    @Benchmark
    public MessageForm withEdns() {
        return reader.read(edns, 0, edns.limit());
    }
}
