package org.waymark.names;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A list of names that was read, in whatever format it has.
 *
 * @param names the names
 * @param leftOut what could not be used
 * @param digest the same for equal bytes, and for no others
 */
public record ReadList(NameList names, LeftOut leftOut, String digest) {
    /** The names that a list may have. */
    public static final int MOST_NAMES = 10_000_000;

    /** Where the first line with an entry must be, if the file is a zone. */
    private static final int HEAD_BYTES = 1 << 16;

    /**
     * Reads a list to its end; some megabytes of it are in memory at a time.
     *
     * @param input the list, which is not closed
     * @throws IOException if it can't be read, has more than 10,000,000 names, or has none; the message is for people
     */
    public static ReadList from(InputStream input) throws IOException {
        return from(input, MOST_NAMES);
    }

    static ReadList from(InputStream input, int mostNames) throws IOException {
        DigestInputStream digested = new DigestInputStream(input, sha256());
        BufferedInputStream buffered = new BufferedInputStream(digested, HEAD_BYTES);
        NameCollector names = new NameCollector(mostNames);
        BadLines badLines = new BadLines();
        try {
            buffered.mark(HEAD_BYTES);
            byte[] head = buffered.readNBytes(HEAD_BYTES);
            buffered.reset();
            if (ListFormat.isZone(head)) {
                new PolicyZone(names, badLines).read(buffered);
            } else {
                new ListFormat(names, badLines).read(buffered);
            }
            LeftOut leftOut = badLines.leftOut();
            if (names.isEmpty()) {
                throw new IOException(whyEmpty(leftOut));
            }
            String digest = HexFormat.of().formatHex(digested.getMessageDigest().digest());
            return new ReadList(NameList.of(names.toList()), leftOut, digest);
        } catch (IOException | RuntimeException e) {
            names.discard();
            throw e;
        }
    }

    /** As what a failed download leaves behind. */
    private static String whyEmpty(LeftOut leftOut) {
        if (leftOut.broken() == 0) {
            return "it has no names";
        }
        BadLine first = leftOut.firstBroken().get(0);
        return "it is not a list of names: line " + first.number() + ": " + first.problem();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
