package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** Whatever a client asks and a server sends, a transfer is followed to its end, and an error is one. */
public final class TransferReaderFuzz {
    private static final QueryReader QUERIES = new QueryReader();

    private TransferReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] query = data.consumeBytes(data.consumeInt(0, 100));
        Input asked = Input.of(query);
        if (QUERIES.read(asked.buffer(), Input.OFFSET, query.length) != MessageForm.WELL_FORMED
                || !Question.isZoneTransfer(asked.buffer(), Input.OFFSET, QUERIES.questionEnd())) {
            return;
        }
        TransferReader reader = new TransferReader();
        reader.begin(asked.buffer(), Input.OFFSET, query.length);
        while (data.remainingBytes() > 0) {
            Input message = Input.of(data.consumeBytes(data.consumeInt(Header.LENGTH, 300)));
            if (message.length() < Header.LENGTH) {
                return;
            }
            boolean last = reader.isLast(message.buffer(), Input.OFFSET, message.length());
            boolean error = Header.rcode(message.buffer(), Input.OFFSET) != Header.RCODE_NOERROR;
            Input.check(last || !error, "an error is the end");
        }
    }
}
