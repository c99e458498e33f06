package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** Whatever a client asks and a server sends, a transfer is followed to its end, and an error is one. */
public final class TransferReaderFuzz {
    private static final QueryReader QUERIES = new QueryReader();

    private TransferReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] query = data.consumeBytes(data.consumeInt(0, 100));
        WireMessage asked = Input.of(query);
        if (QUERIES.read(asked) != MessageForm.WELL_FORMED || !asked.isZoneTransfer()) {
            return;
        }
        TransferReader reader = new TransferReader();
        reader.begin(asked);
        while (data.remainingBytes() > 0) {
            WireMessage message = Input.of(data.consumeBytes(data.consumeInt(Header.LENGTH, 300)));
            if (!message.hasHeader()) {
                return;
            }
            boolean last = reader.isLast(message);
            boolean error = message.rcode() != Header.RCODE_NOERROR;
            Input.check(last || !error, "an error is the end");
        }
    }
}
