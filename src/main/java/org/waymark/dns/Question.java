package org.waymark.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The first question of a message, which is kept as bytes until somebody wants to read it. It never changes. */
public final class Question {
    private static final Question NONE = new Question(new byte[0]);

    /** The question section; empty if no question could be read. */
    private final byte[] wire;

    private Question(byte[] wire) {
        this.wire = wire;
    }

    /**
     * Copies the question of a message.
     *
     * @param message one that a {@link QueryReader} has read
     */
    public static Question of(WireMessage message) {
        return message.hasQuestion() ? new Question(message.bytes(Header.LENGTH, message.questionEnd())) : NONE;
    }

    /**
     * Makes a question.
     *
     * @param name in wire form, uncompressed
     * @param type 16 bits
     * @param dnsClass 16 bits
     */
    public static Question of(byte[] name, int type, int dnsClass) {
        ByteBuffer question = ByteBuffer.allocate(name.length + 2 * Short.BYTES);
        question.put(name).putShort((short) type).putShort((short) dnsClass);
        return new Question(question.array());
    }

    /** Whether a question could be read. */
    public boolean isThere() {
        return wire.length > 0;
    }

    /** The name in presentation form, such as "example.com."; what does not print is escaped. There must be a question. */
    public String name() {
        return read().getName().toString();
    }

    /** The type, such as "A", or with the class if that is not IN, such as "CH TXT". There must be a question. */
    public String type() {
        Record question = read();
        String dnsClass = question.getDClass() == DClass.IN ? "" : DClass.string(question.getDClass()) + " ";
        return dnsClass + Type.string(question.getType());
    }

    private Record read() {
        try {
            return Record.fromWire(wire, Section.QUESTION);
        } catch (IOException e) {
            throw new IllegalStateException("a question that was found well-formed can't be parsed", e);
        }
    }

    /** Both, such as "example.com. A", or "(no question)". */
    @Override
    public String toString() {
        return isThere() ? name() + " " + type() : "(no question)";
    }
}
