package org.waymark.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.Type;

/**
 * A DNS message in a buffer, with its offset and length there, and the end of its question section. One object is used
 * for one message after another, so that reading a message allocates nothing; to keep a message, copy its bytes.
 * Everything is read in place, and nothing is checked: {@link QueryReader} does that, and finds the end of the question
 * section.
 *
 * <p>The methods that read or change the header (RFC 1035 section 4.1.1) require a message of at least
 * {@link Header#LENGTH} bytes. If the buffer ends before that, they throw {@link IndexOutOfBoundsException}.
 */
public final class WireMessage {
    /** The length of the longest message in bytes. */
    public static final int MAX_LENGTH = 0xffff;

    /** The class IN, the Internet. */
    public static final int CLASS_IN = 1;

    private static final int QR = 0x8000;
    private static final int OPCODE_SHIFT = 11;
    private static final int TC = 0x0200;
    private static final int RD = 0x0100;
    private static final int CD = 0x0010;
    private static final int FOUR_BITS = 0x000f;

    /** How many bytes before the end of the question section the type of the last question is. */
    private static final int TYPE_FROM_END = 4;

    private static final int CLASS_FROM_END = 2;

    private ByteBuffer buffer;
    private int offset;
    private int length;
    private int questionEnd = Header.LENGTH;

    /**
     * @param bytes a message and nothing else
     * @return the message; no copy is made
     */
    public static WireMessage of(byte[] bytes) {
        return new WireMessage().at(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /**
     * @param name the name in the question
     * @return a query for its A records, which consists of header and question
     */
    public static WireMessage queryFor(DomainName name) {
        ByteBuffer wire = name.wire();
        int end = Header.LENGTH + wire.remaining() + TYPE_FROM_END;
        ByteBuffer bytes = ByteBuffer.allocate(end);
        bytes.putShort(Header.QUESTIONS, (short) 1).put(Header.LENGTH, wire, 0, wire.remaining());
        WireMessage query = new WireMessage().at(bytes, 0, end);
        query.questionEndsAt(end);
        query.putShort(end - TYPE_FROM_END, Type.A);
        query.putShort(end - CLASS_FROM_END, CLASS_IN);
        return query;
    }

    /**
     * Makes this object stand for another message. Its question section is not known yet.
     *
     * @param buffer the buffer with the message, in big-endian order
     * @param offset where in {@code buffer} the message begins
     * @param length its length in bytes
     * @return this
     */
    public WireMessage at(ByteBuffer buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.questionEnd = Header.LENGTH;
        return this;
    }

    /**
     * Makes this object stand for a copy of a message, with the same question section.
     *
     * @param source the message to copy
     * @param copy the buffer that its bytes are copied to, from index 0 on; it must have room for them
     */
    public void copyOf(WireMessage source, ByteBuffer copy) {
        copy.put(0, source.buffer, source.offset, source.length);
        at(copy, 0, source.length);
        questionEnd = source.questionEnd;
    }

    /** The buffer that holds the message. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The offset of its first byte in the buffer. */
    public int offset() {
        return offset;
    }

    /** Its length in bytes. */
    public int length() {
        return length;
    }

    void endAt(int bytes) {
        length = bytes;
    }

    /** A view of its bytes, from position to limit; no copy is made. */
    public ByteBuffer view() {
        return buffer.duplicate().limit(offset + length).position(offset);
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes(0, length);
    }

    /** A copy of the bytes from position {@code start} in the message to before {@code end}. */
    byte[] bytes(int start, int end) {
        byte[] bytes = new byte[end - start];
        buffer.get(offset + start, bytes);
        return bytes;
    }

    int unsignedByte(int position) {
        return Byte.toUnsignedInt(buffer.get(offset + position));
    }

    int unsignedShort(int position) {
        return Short.toUnsignedInt(buffer.getShort(offset + position));
    }

    void putShort(int position, int value) {
        buffer.putShort(offset + position, (short) value);
    }

    /** Whether it is long enough for a header. */
    public boolean hasHeader() {
        return length >= Header.LENGTH;
    }

    /** The message id, 0 to 65535. */
    public int id() {
        return unsignedShort(Header.ID);
    }

    /** Replaces the message id by the low 16 bits of {@code id}. */
    public void setId(int id) {
        putShort(Header.ID, id);
    }

    /** Whether QR is set: the message is a response. */
    public boolean isResponse() {
        return (flags() & QR) != 0;
    }

    /** The opcode, 0 to 15. */
    public int opcode() {
        return flags() >> OPCODE_SHIFT & FOUR_BITS;
    }

    /** The header's part of the response code, 0 to 15; an OPT record may extend it (RFC 6891 section 6.1.3). */
    public int rcode() {
        return flags() & FOUR_BITS;
    }

    /** Whether TC is set: the full answer did not fit into this message. */
    public boolean isTruncated() {
        return (flags() & TC) != 0;
    }

    /** Whether RD is set: the client wants recursion. */
    boolean isRecursionDesired() {
        return (flags() & RD) != 0;
    }

    /** Whether CD is set: the client checks signatures itself (RFC 4035 section 3.2.2). */
    boolean isCheckingDisabled() {
        return (flags() & CD) != 0;
    }

    private int flags() {
        return unsignedShort(Header.FLAGS);
    }

    /** QDCOUNT, 0 to 65535. Like all counts it is not checked: the message may hold fewer. */
    public int questions() {
        return unsignedShort(Header.QUESTIONS);
    }

    /** ANCOUNT, 0 to 65535. */
    int answers() {
        return unsignedShort(Header.ANSWERS);
    }

    /** NSCOUNT, 0 to 65535. */
    int authorities() {
        return unsignedShort(Header.AUTHORITIES);
    }

    /** ARCOUNT, 0 to 65535. */
    int additionals() {
        return unsignedShort(Header.ADDITIONALS);
    }

    /** Changes the header to that of a truncated message: sets TC and these counts, and the other counts to 0. */
    void cutTo(int questions, int additionals) {
        putShort(Header.FLAGS, flags() | TC);
        putShort(Header.QUESTIONS, questions);
        putShort(Header.ANSWERS, 0);
        putShort(Header.AUTHORITIES, 0);
        putShort(Header.ADDITIONALS, additionals);
    }

    /**
     * Where the question section ends, in bytes from the message's start. It is {@link Header#LENGTH} if there is no
     * question, or if it can't be read or has not been read yet.
     */
    public int questionEnd() {
        return questionEnd;
    }

    void questionEndsAt(int position) {
        questionEnd = position;
    }

    /** Whether it has a question that has been read. */
    public boolean hasQuestion() {
        return questionEnd > Header.LENGTH;
    }

    /** The position in the buffer of the question's name; there must be a question. */
    public int namePosition() {
        return offset + Header.LENGTH;
    }

    /** The type in the question, 0 to 65535; there must be exactly one question. */
    public int questionType() {
        return unsignedShort(questionEnd - TYPE_FROM_END);
    }

    /** The class in the question, 0 to 65535; there must be exactly one question. */
    public int questionClass() {
        return unsignedShort(questionEnd - CLASS_FROM_END);
    }

    /**
     * Whether it asks for a zone transfer, full (AXFR, RFC 5936) or incremental (IXFR, RFC 1995), whose answer may have
     * several messages over TCP.
     */
    public boolean isZoneTransfer() {
        if (!hasQuestion() || opcode() != Header.OPCODE_QUERY) {
            return false;
        }
        int type = questionType();
        return type == Type.AXFR || type == Type.IXFR;
    }
}
