package org.waymark.cache;

import java.nio.ByteBuffer;

/** A copy of an entry, for one worker: what it says, and then the positions of the answer's TTLs and the answer itself. */
final class FoundAnswer {
    /** Room for any entry but its fixed part. */
    static final int MOST_BYTES = 1 << 17;

    final ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);
    long storedMillis;
    int lifeSeconds;
    int length;
    int limit;
    int ttls;
    int staleUntilSeconds;
    int state;

    /** Where in {@link #bytes} the answer begins. */
    int start() {
        return ttls * Short.BYTES;
    }

    long ageMillis(long nowMillis) {
        return Math.max(0, nowMillis - storedMillis);
    }

    /** Whether the server has answered, if only to say that there is nothing. */
    boolean isAnswer() {
        return (state & Entry.FAILURE) == 0;
    }

    long lifeMillis() {
        return lifeSeconds * 1_000L;
    }
}
