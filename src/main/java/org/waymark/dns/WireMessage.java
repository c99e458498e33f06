package org.waymark.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.Type;

/**
 * A message in a place: the buffer that it is in, where it begins and ends there, and where its question section ends. It is made once
 * and used for one message after the other, so that reading a message allocates nothing; whoever wants to keep a message copies its
 * bytes. Everything is read in place, and nothing is checked: {@link QueryReader} does that, and finds the end of the question section.
 *
 * <p>All methods that tell of the header (RFC 1035 section 4.1.1) need a message of at least {@link Header#LENGTH} bytes, or throw
 * {@link IndexOutOfBoundsException}.
 */
public final class WireMessage {
    /** The class of the Internet. */
    public static final int CLASS_IN = 1;

    private static final int QR = 0x8000;
    private static final int OPCODE_SHIFT = 11;
    private static final int TC = 0x0200;
    private static final int RD = 0x0100;
    private static final int CD = 0x0010;
    private static final int FOUR_BITS = 0x000f;

    /** Where type and class of the last question stand, before the end of the question section. */
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
     * @param name what is asked for
     * @return a query for its address, and nothing but header and question
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
     * Turns to another message, whose question section is not known yet.
     *
     * @param buffer where the message is, in big-endian order
     * @param offset where in {@code buffer} it begins
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
     * Turns to a copy of a message, of which the same is known.
     *
     * @param source the message
     * @param copy where its bytes are copied to, from the first byte on; it must have room for them
     */
    public void copyOf(WireMessage source, ByteBuffer copy) {
        copy.put(0, source.buffer, source.offset, source.length);
        at(copy, 0, source.length);
        questionEnd = source.questionEnd;
    }

    /** The buffer that it is in. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where in the buffer it begins. */
    public int offset() {
        return offset;
    }

    /** Its length in bytes. */
    public int length() {
        return length;
    }

    void shortenTo(int bytes) {
        length = bytes;
    }

    /** Its bytes in place, from position to limit. */
    public ByteBuffer view() {
        return buffer.duplicate().limit(offset + length).position(offset);
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes(0, length);
    }

    /** A copy of the bytes from one position in the message to another. */
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

    /** Whether it has as many bytes as a header. */
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

    /** Whether QR is set, which makes the message an answer. */
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

    /** Whether TC is set: there was more to say than this message holds. */
    public boolean isTruncated() {
        return (flags() & TC) != 0;
    }

    /** Whether RD is set: the client desires recursion. */
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

    /** QDCOUNT, 0 to 65535; like all counts it is a claim that nothing has checked yet. */
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

    /** Makes the header that of a cut message: TC set, and nothing counted but what is given here. */
    void cutTo(int questions, int additionals) {
        putShort(Header.FLAGS, flags() | TC);
        putShort(Header.QUESTIONS, questions);
        putShort(Header.ANSWERS, 0);
        putShort(Header.AUTHORITIES, 0);
        putShort(Header.ADDITIONALS, additionals);
    }

    /**
     * Where the question section ends, in bytes from the message's start: {@link Header#LENGTH} if there is no question, none that can
     * be read, or none that was looked for.
     */
    public int questionEnd() {
        return questionEnd;
    }

    void questionEndsAt(int position) {
        questionEnd = position;
    }

    /** Whether it has a question. */
    public boolean hasQuestion() {
        return questionEnd > Header.LENGTH;
    }

    /** The position in the buffer of the name that is asked for; there must be a question. */
    public int namePosition() {
        return offset + Header.LENGTH;
    }

    /** The type that is asked for, 0 to 65535, if there is one question. */
    public int questionType() {
        return unsignedShort(questionEnd - TYPE_FROM_END);
    }

    /** The class that is asked for, 0 to 65535, if there is one question. */
    public int questionClass() {
        return unsignedShort(questionEnd - CLASS_FROM_END);
    }

    /**
     * Whether it asks for a zone, whole or in part (AXFR, RFC 5936; IXFR, RFC 1995): over TCP the answer may have several messages.
     */
    public boolean isZoneTransfer() {
        if (!hasQuestion() || opcode() != Header.OPCODE_QUERY) {
            return false;
        }
        int type = questionType();
        return type == Type.AXFR || type == Type.IXFR;
    }
}
