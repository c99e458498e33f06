package org.waymark.conntrack;

import java.nio.ByteBuffer;
import org.waymark.mark.ConnectionMark;

/** Whatever comes from the netlink socket is read to its end and never past it. */
public final class TupleAnswerFuzz {
    private TupleAnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        TupleAnswer answer =
                new TupleAnswer(ByteBuffer.allocateDirect(data.length).put(0, data));
        if (answer.read(0, data.length)) {
            answer.sequence();
            if (answer.error() != null && ConnectionMark.isKnown(answer.mark())) {
                throw new AssertionError("an error tells no mark");
            }
        }
    }
}
