package org.waymark.names;

import java.nio.charset.StandardCharsets;
import org.waymark.dns.DomainName;

/**
 * Reads names as people write them in lists into wire form, without making objects: letters, digits, hyphens and underscores, and any byte
 * as {@code \DDD} (RFC 1035 section 5.1), with or without a final dot.
 */
final class NameText {
    private static final int MOST_BYTES = 255;
    private static final int MOST_LABEL_BYTES = 63;
    private static final int ESCAPED_DIGITS = 3;
    private static final int DELETE = 0x7f;
    private static final String NOT_ASCII = "it may have other letters than a to z only in the form xn--";

    private final byte[] wire = new byte[MOST_BYTES];
    private int length;
    private boolean isNumber;
    private String problem;

    /** The name in wire form, in small letters, with the root; what is behind it is of no meaning. */
    byte[] wire() {
        return wire;
    }

    /** The bytes of the name without the root. */
    int length() {
        return length;
    }

    boolean isOneLabel() {
        return length == 1 + wire[0];
    }

    /** What is wrong with the text that was read, for people. */
    String problem() {
        return problem;
    }

    /** Reads a name; returns whether it is one. */
    boolean read(byte[] text, int from, int to) {
        problem = problemIn(text, from, to);
        if (problem != null) {
            String name = new String(text, from, Math.min(to - from, MOST_BYTES), StandardCharsets.UTF_8);
            problem = "\"" + name.replaceAll("\\p{Cntrl}", "?") + "\" is not a domain name: " + problem;
        }
        return problem == null;
    }

    private String problemIn(byte[] text, int from, int to) {
        problem = null;
        length = 0;
        boolean isRoot = to - from == 1 && text[from] == '.';
        int at = from;
        while (!isRoot && (at < to || at == from) && problem == null) {
            at = readLabel(text, at, to);
        }
        if (problem == null && !isRoot && isNumber) {
            problem = "its last label is a number";
        }
        wire[length] = 0;
        return problem;
    }

    /** Reads a label; returns where the next one begins. */
    private int readLabel(byte[] text, int from, int to) {
        int label = length++;
        isNumber = true;
        int at = from;
        while (at < to && text[at] != '.' && problem == null) {
            int octet = text[at];
            boolean isEscape = octet == '\\';
            if (isEscape) {
                octet = escaped(text, at, to);
            }
            if (octet < 0) {
                problem = isEscape
                        ? "a backslash must have three digits behind it, 000 to 255, or another character"
                        : NOT_ASCII;
            } else if (!isEscape && !isPlain(octet)) {
                problem = "it may have no \"" + (octet > ' ' && octet < DELETE ? (char) octet : ' ') + "\"";
            } else {
                append(octet, label);
                at += isEscape && isDigit(text[at + 1]) ? 1 + ESCAPED_DIGITS : isEscape ? 2 : 1;
            }
        }
        if (problem == null && length == label + 1) {
            problem = "it has an empty label";
        }
        wire[label] = (byte) (length - label - 1);
        return at + 1;
    }

    private void append(int octet, int label) {
        if (length - label > MOST_LABEL_BYTES) {
            problem = "a label has more than 63 bytes";
        } else if (length == MOST_BYTES - 1) {
            problem = "it has more than 255 bytes";
        } else {
            isNumber &= isDigit(octet);
            wire[length++] = (byte) DomainName.lower((byte) octet);
        }
    }

    /** The byte that an escape stands for; -1 if it stands for none. */
    private static int escaped(byte[] text, int at, int to) {
        if (at + 1 >= to || !isDigit(text[at + 1])) {
            return at + 1 < to ? Byte.toUnsignedInt(text[at + 1]) : -1;
        }
        int value = 0;
        for (int i = at + 1; i <= at + ESCAPED_DIGITS; i++) {
            if (i >= to || !isDigit(text[i])) {
                return -1;
            }
            value = value * 10 + text[i] - '0';
        }
        return value < 1 << Byte.SIZE ? value : -1;
    }

    private static boolean isPlain(int octet) {
        return octet >= 'a' && octet <= 'z'
                || octet >= 'A' && octet <= 'Z'
                || isDigit(octet)
                || octet == '-'
                || octet == '_';
    }

    private static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }
}
