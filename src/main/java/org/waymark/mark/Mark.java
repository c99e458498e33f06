package org.waymark.mark;

import java.math.BigInteger;
import java.util.Locale;

/** Reads and writes marks as text. A mark is an {@code int} with 32 unsigned bits. */
public final class Mark {
    private Mark() {}

    /**
     * Reads a mark in any of the bases that firewall tools and TOML use: {@code 137}, {@code 0x89}, {@code 0211} or
     * {@code 0o211} (octal), {@code 0b10001001}.
     *
     * @throws IllegalArgumentException if the text is none of these or has more than 32 bits; the message is for people
     */
    public static int parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("0x")) {
            return parse(text, lower.substring(2), 16);
        } else if (lower.startsWith("0o")) {
            return parse(text, lower.substring(2), 8);
        } else if (lower.startsWith("0b")) {
            return parse(text, lower.substring(2), 2);
        } else if (lower.startsWith("0") && lower.length() > 1) {
            return parse(text, lower.substring(1), 8);
        }
        return parse(text, lower, 10);
    }

    private static int parse(String text, String digits, int base) {
        // BigInteger would also accept a sign, and digits of other scripts.
        boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c < 128 && Character.digit(c, base) >= 0);
        if (!plain) {
            throw new IllegalArgumentException("\"" + text + "\" is not a mark such as 137, 0x89 or 0211");
        }
        BigInteger value = new BigInteger(digits, base);
        if (value.bitLength() > Integer.SIZE) {
            throw new IllegalArgumentException("\"" + text + "\" has more than 32 bits");
        }
        return value.intValue();
    }

    /** Writes a mark as {@code ip rule} and {@code nft} show it, and as commands accept it: {@code 0x89}. */
    public static String format(int mark) {
        return "0x" + Integer.toHexString(mark);
    }

    /** Writes a mark for people, with the decimal number that {@code conntrack -L} shows: {@code 0x89 (137)}. */
    public static String describe(int mark) {
        return format(mark) + " (" + Integer.toUnsignedString(mark) + ")";
    }
}
