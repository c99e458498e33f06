package org.waymark.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.waymark.dns.AnswerReader;
import org.waymark.dns.Header;
import org.waymark.dns.WireMessage;
import org.waymark.linux.NativeMemory;

/**
 * Entries in memory, and the hash table that leads to them: its buckets are at the start of the memory, and chains run through the entries.
 * It knows neither locks nor which entry has to leave. Who reads while another writes finds anything; so all that is followed in reading is
 * checked to be in the memory, and nothing else.
 */
final class Entries {
    /** No entry: there are buckets at this offset. */
    static final int NONE = 0;

    /** What was found can't be an entry, or the chain has no end: somebody is writing. */
    static final int TORN = -1;

    /** The length of a bucket: the offset of its first entry, 32 bits, and 32 bits for {@link Traces}, which are read in the same go. */
    static final int BUCKET = 8;

    /** No chain is so long. */
    private static final int MOST_STEPS = 10_000;

    /** What the processor reads at a time. */
    private static final int LINE = 64;

    private static final int TYPE_AND_CLASS = 4;

    private final int length;
    private final int first;
    private final int bucketMask;
    private final ByteBuffer fields;
    private final ByteBuffer network;
    private int count;
    private long bytes;

    /**
     * @param length the bytes of memory that are used
     * @param buckets at its start, a power of two
     * @param first where the first entry may be
     */
    Entries(NativeMemory memory, int length, int buckets, int first) {
        this.length = length;
        this.first = first;
        this.bucketMask = buckets - 1;
        this.fields = memory.host();
        this.network = memory.network();
    }

    /** How many can be found. */
    int count() {
        return count;
    }

    /** The bytes that they occupy. */
    long bytes() {
        return bytes;
    }

    /** The entry with a key, {@link #NONE} or {@link #TORN}. */
    int find(Key key) {
        int at = fields.getInt(bucket(key.hash()));
        for (int steps = 0; at != NONE; steps++) {
            if (at < first || at > length - Entry.FIXED || steps > MOST_STEPS) {
                return TORN;
            }
            if (hash(at) == key.hash() && isOf(at, key)) {
                return at;
            }
            at = next(at);
        }
        return NONE;
    }

    private int bucket(long hash) {
        return bucket(hash, bucketMask);
    }

    /** Where the first entry in the bucket of a hash is, or {@link #NONE}. */
    int readBucket(long hash) {
        return fields.getInt(bucket(hash));
    }

    /** Something of each line of memory in the first entry in the bucket of a hash. */
    int readFirst(long hash) {
        int at = fields.getInt(bucket(hash));
        if (at < first || at > length - Entry.HASH - Integer.BYTES - LINE) {
            return 0;
        }
        return fields.getInt(at + Entry.HASH) + fields.getInt(at + Entry.HASH + LINE);
    }

    /** The position of the bucket of a hash, if this mask tells one bucket from the others. */
    static int bucket(long hash, int bucketMask) {
        return ((int) hash & bucketMask) * BUCKET;
    }

    private boolean isOf(int at, Key key) {
        WireMessage question = key.question();
        int end = question.questionEnd();
        return fields.getLong(at + Entry.VIEW) == key.view()
                && unsignedShort(at + Entry.VARIANT) == key.variant()
                && unsignedShort(at + Entry.QUESTION_END) == end
                && answerOf(at) + end <= length
                && sameQuestion(answerOf(at), question, end);
    }

    private boolean sameQuestion(int answer, WireMessage query, int end) {
        ByteBuffer asked = query.buffer();
        int offset = query.offset();
        int nameEnd = end - TYPE_AND_CLASS;
        if (network.getInt(answer + nameEnd) != asked.getInt(offset + nameEnd)) {
            return false;
        }
        for (int i = Header.LENGTH; i < nameEnd; i++) {
            int one = network.get(answer + i);
            int other = asked.get(offset + i);
            if (one != other && !AnswerReader.sameLetter(one, other)) {
                return false;
            }
        }
        return true;
    }

    /** Copies an entry; false if it can't be one. */
    boolean copy(int at, FoundAnswer found) {
        found.storedMillis = storedMillis(at);
        found.lifeSeconds = lifeSeconds(at);
        found.length = unsignedShort(at + Entry.LENGTH);
        found.limit = limit(at);
        found.ttls = ttls(at);
        found.staleUntilSeconds = fields.getInt(at + Entry.STALE_UNTIL);
        found.state = fields.get(at + Entry.STATE);
        int copied = found.start() + found.length;
        if (at + Entry.FIXED + copied > length) {
            return false;
        }
        found.bytes.put(0, network, at + Entry.FIXED, copied);
        return true;
    }

    private int unsignedShort(int position) {
        return Short.toUnsignedInt(fields.getShort(position));
    }

    private int next(int at) {
        return fields.getInt(at + Entry.NEXT);
    }

    private int ttls(int at) {
        return Byte.toUnsignedInt(fields.get(at + Entry.TTLS));
    }

    private int answerOf(int at) {
        return at + Entry.FIXED + ttls(at) * Short.BYTES;
    }

    int size(int at) {
        return fields.getInt(at + Entry.SIZE);
    }

    long hash(int at) {
        return fields.getLong(at + Entry.HASH);
    }

    long storedMillis(int at) {
        return fields.getLong(at + Entry.STORED);
    }

    int lifeSeconds(int at) {
        return fields.getInt(at + Entry.LIFE);
    }

    /** Whether it is older than it may be, and this much more. */
    boolean isTooOld(int at, long nowMillis, long moreMillis) {
        return nowMillis - storedMillis(at) >= lifeSeconds(at) * 1_000L + moreMillis;
    }

    /** The largest answer that its query would have taken, in bytes. */
    int limit(int at) {
        return unsignedShort(at + Entry.LIMIT);
    }

    /** Whether its state has a bit. */
    boolean is(int at, int bit) {
        return (fields.get(at + Entry.STATE) & bit) != 0;
    }

    void set(int at, int bit) {
        fields.put(at + Entry.STATE, (byte) (fields.get(at + Entry.STATE) | bit));
    }

    /** Says until when a stale answer serves without a server being asked, in seconds after it came. */
    void staleUntil(int at, int seconds) {
        fields.putInt(at + Entry.STALE_UNTIL, seconds);
    }

    /** Writes a new entry, to be found from now on. */
    void add(int at, int size, Key key, NewAnswer answer, int state) {
        fields.putInt(at + Entry.SIZE, size);
        write(at, key, answer, state);
        int bucket = bucket(key.hash());
        fields.putInt(at + Entry.NEXT, fields.getInt(bucket));
        fields.putInt(bucket, at);
        count++;
        bytes += size;
    }

    /** Replaces an entry with the same key by one that needs no more bytes. */
    void write(int at, Key key, NewAnswer answer, int state) {
        WireMessage message = answer.message();
        int ttls = answer.reading().ttls();
        fields.putLong(at + Entry.HASH, key.hash());
        fields.putLong(at + Entry.VIEW, key.view());
        fields.putLong(at + Entry.STORED, answer.nowMillis());
        fields.putInt(at + Entry.LIFE, answer.lifeSeconds());
        fields.putShort(at + Entry.VARIANT, (short) key.variant());
        fields.putShort(at + Entry.LENGTH, (short) message.length());
        fields.putShort(at + Entry.LIMIT, (short) answer.limit());
        fields.putShort(at + Entry.QUESTION_END, (short) key.question().questionEnd());
        fields.put(at + Entry.TTLS, (byte) ttls);
        fields.put(at + Entry.STATE, (byte) (answer.reading().isFailure() ? state | Entry.FAILURE : state));
        fields.putInt(at + Entry.STALE_UNTIL, 0);
        int position = at + Entry.FIXED;
        for (int i = 0; i < ttls; i++) {
            network.putShort(position, (short) answer.reading().ttlPosition(i));
            position += Short.BYTES;
        }
        network.put(position, message.buffer(), message.offset(), message.length());
    }

    /** Moves an entry to a place that may overlap its own. */
    void move(int from, int to) {
        int link = linkTo(from);
        network.put(to, network, from, size(from));
        fields.putInt(link, to);
    }

    /** The position of the number that leads to an entry. */
    private int linkTo(int at) {
        int link = bucket(hash(at));
        while (fields.getInt(link) != at) {
            link = fields.getInt(link) + Entry.NEXT;
        }
        return link;
    }

    /** Lets an entry not be found any more. */
    void kill(int at) {
        fields.putInt(linkTo(at), next(at));
        set(at, Entry.DEAD);
        count--;
        bytes -= size(at);
    }

    /** How many buckets there are. */
    int buckets() {
        return bucketMask + 1;
    }

    /** Sees every entry in some of the buckets; the visitor may kill it. */
    void forEach(int fromBucket, int toBucket, Visitor visitor) {
        for (int bucket = fromBucket; bucket < toBucket; bucket++) {
            int at = fields.getInt(bucket * BUCKET);
            while (at != NONE) {
                int next = next(at);
                visitor.visit(at);
                at = next;
            }
        }
    }

    /** Gets the offset of an entry. */
    @FunctionalInterface
    interface Visitor {
        void visit(int at);
    }

    /** A copy of an entry. */
    StoredAnswer stored(int at) {
        byte[] message = new byte[unsignedShort(at + Entry.LENGTH)];
        network.get(answerOf(at), message);
        return new StoredAnswer(
                fields.getLong(at + Entry.VIEW),
                unsignedShort(at + Entry.VARIANT),
                limit(at),
                storedMillis(at),
                lifeSeconds(at),
                message);
    }

    /** Describes an entry. */
    Kept describe(int at, long nowMillis) {
        int answer = answerOf(at);
        int typeAt = answer + unsignedShort(at + Entry.QUESTION_END) - TYPE_AND_CLASS;
        byte[] name = new byte[typeAt - answer - Header.LENGTH];
        network.get(answer + Header.LENGTH, name);
        long view = fields.getLong(at + Entry.VIEW);
        WireMessage message = new WireMessage().at(network, answer, unsignedShort(at + Entry.LENGTH));
        return new Kept(
                Views.group(view),
                Views.mark(view),
                name,
                Short.toUnsignedInt(network.getShort(typeAt)),
                Short.toUnsignedInt(network.getShort(typeAt + Short.BYTES)),
                unsignedShort(at + Entry.VARIANT),
                message.rcode(),
                Duration.ofMillis(Math.max(0, nowMillis - storedMillis(at))),
                Duration.ofSeconds(lifeSeconds(at)),
                message.length());
    }
}
