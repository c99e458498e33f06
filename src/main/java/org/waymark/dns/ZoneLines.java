package org.waymark.dns;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A zone file byte by byte, as dnsjava reads it, with what dnsjava does not tell: the line, and where the next one begins. It is a
 * {@code BufferedInputStream} because dnsjava would read ahead in any other. What is read anew after a fault begins with the latest $ORIGIN
 * and $TTL.
 */
@SuppressWarnings("InputStreamSlowMultibyteRead") // dnsjava reads byte by byte.
final class ZoneLines extends BufferedInputStream {
    /** Far more than the largest record takes; more is a parenthesis that nobody has closed. */
    private static final int MOST_RECORD_BYTES = 1 << 20;

    private static final int MOST_DIRECTIVE_BYTES = 2_000;
    private static final int BLOCK = 1 << 13;

    private final InputStream input;
    private final byte[] block = new byte[BLOCK];
    private int at;
    private int end;

    private int line = 1;
    private boolean isLineEnded = true;
    private int recordBytes;
    private boolean isComment;
    private final StringBuilder directive = new StringBuilder();
    private String origin = "";
    private String ttl = "";
    private byte[] repeated = {};
    private int repeatedAt;
    private IOException failure;

    ZoneLines(InputStream input) {
        super(input, 1);
        this.input = input;
    }

    void beginRecord() {
        recordBytes = 0;
    }

    /** Why the file can't be read; null if it can. */
    IOException failure() {
        return failure;
    }

    /** The line of the byte that was read last. */
    int number() {
        return isLineEnded ? line - 1 : line;
    }

    /** Goes to the end of the line, unless it has been read, and repeats the directives next. */
    void endLine() throws IOException {
        recordBytes = 0;
        while (!isLineEnded && readNew() >= 0) {
            recordBytes = 0;
        }
        repeated = (origin + ttl).getBytes(StandardCharsets.ISO_8859_1);
        repeatedAt = 0;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It has one reader.
    public int read() throws IOException {
        return repeatedAt < repeated.length ? repeated[repeatedAt++] : readNew();
    }

    private int readNew() throws IOException {
        if (at == end && !fill()) {
            return -1;
        }
        int octet = Byte.toUnsignedInt(block[at++]);
        if (isLineEnded) {
            isLineEnded = false;
            isComment = octet == ';';
            directive.setLength(0);
        }
        if (octet == '\n') {
            isLineEnded = true;
            line++;
            note(directive.toString());
        } else if (octet == '$' || !directive.isEmpty() && directive.length() < MOST_DIRECTIVE_BYTES) {
            directive.append((char) octet);
        }
        if (!isComment && ++recordBytes > MOST_RECORD_BYTES) {
            throw new IOException("it has more than " + MOST_RECORD_BYTES + " bytes: is a parenthesis not closed?");
        }
        return octet;
    }

    private void note(String text) {
        String word = text.toUpperCase(Locale.ROOT);
        if (word.startsWith("$ORIGIN")) {
            origin = text + "\n";
        } else if (word.startsWith("$TTL")) {
            ttl = text + "\n";
        }
    }

    private boolean fill() throws IOException {
        try {
            end = input.read(block);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        at = 0;
        if (end < 0) {
            end = 0;
        }
        return end > 0;
    }
}
