package org.waymark.dns;

import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading the header, the question and the OPT record of a query. */
@State(Scope.Thread)
public class QueryReaderBenchmark {
    private final QueryReader reader = new QueryReader();
    private final WireMessage plain = direct(Messages.query().toWire());
    private final WireMessage edns = direct(Messages.queryWithEdns(1232, 0));

    private static WireMessage direct(byte[] message) {
        return new WireMessage().at(ByteBuffer.allocateDirect(message.length).put(message), 0, message.length);
    }

    @Benchmark
    public MessageForm plain() {
        return reader.read(plain);
    }

    @Benchmark
    public MessageForm withEdns() {
        return reader.read(edns);
    }
}
