package org.waymark.mark;

/**
 * A value and a mask, written {@code value/mask}: either a pattern that marks are compared with, or a change to a mark.
 * The meaning is that of {@code connmark} and {@code CONNMARK} in iptables-extensions(8).
 *
 * @param value the 32 bits of the value, unsigned; bits outside of the mask are allowed, as in iptables
 * @param mask the 32 bits of the mask, unsigned
 */
public record MarkMask(int value, int mask) {
    private static final int ALL_BITS = 0xffff_ffff;

    /**
     * Reads {@code value/mask}, or a {@code value} for all 32 bits, each in any base that {@link Mark#parse} accepts.
     *
     * @throws IllegalArgumentException if one of them is not a mark; the message is for people
     */
    public static MarkMask parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? exactly(Mark.parse(text))
                : new MarkMask(Mark.parse(text.substring(0, slash)), Mark.parse(text.substring(slash + 1)));
    }

    /** A value for all 32 bits: as a pattern it matches only this mark. */
    public static MarkMask exactly(int mark) {
        return new MarkMask(mark, ALL_BITS);
    }

    /** Whether any mark can match: no bit of the value is outside of the mask. */
    public boolean canMatch() {
        return (value & ~mask) == 0;
    }

    /** Whether this matches every mark that the other one matches; only if both {@link #canMatch}. */
    public boolean covers(MarkMask other) {
        return (mask & ~other.mask) == 0 && (other.value & mask) == value;
    }

    /** Whether {@code -m connmark --mark value/mask} would match: the mark's bits under the mask equal the value. */
    public boolean matches(int mark) {
        return (mark & mask) == value;
    }

    /** Changes a mark as {@code CONNMARK --set-xmark value/mask} does: clears the mask's bits, then XORs with the value. */
    public int applyTo(int mark) {
        return (mark & ~mask) ^ value;
    }

    /** Writes {@code 0x100/0xf00}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return Mark.format(value) + "/" + Mark.format(mask);
    }
}
