package org.waymark.mark;

/**
 * A value and the bits that it is about, written {@code value/mask}: either a pattern that marks are held against or a
 * change that is made to them. Semantics as in iptables-extensions(8), {@code connmark} and {@code CONNMARK}.
 *
 * @param value the 32 bits of the value, unsigned; bits outside the mask are allowed, as they are there
 * @param mask the 32 bits of the mask, unsigned
 */
public record MarkMask(int value, int mask) {
    private static final int ALL_BITS = 0xffff_ffff;

    /**
     * Reads {@code value/mask}, or a {@code value} that is about all 32 bits, each in any base that {@link Mark#parse}
     * takes.
     *
     * @throws IllegalArgumentException if one of them is no mark; the message is for people
     */
    public static MarkMask parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? exactly(Mark.parse(text))
                : new MarkMask(Mark.parse(text.substring(0, slash)), Mark.parse(text.substring(slash + 1)));
    }

    /** The pattern that is about all 32 bits. */
    public static MarkMask exactly(int mark) {
        return new MarkMask(mark, ALL_BITS);
    }

    /** Whether there is a mark that matches: no bit of the value is outside of the mask. */
    public boolean canMatch() {
        return (value & ~mask) == 0;
    }

    /** Whether every mark that the other matches, this one matches, too; both {@link #canMatch}. */
    public boolean covers(MarkMask other) {
        return (mask & ~other.mask) == 0 && (other.value & mask) == value;
    }

    /** Whether {@code -m connmark --mark value/mask} would match: the mark's bits under the mask equal the value. */
    public boolean matches(int mark) {
        return (mark & mask) == value;
    }

    /** What {@code CONNMARK --set-xmark value/mask} makes of a mark: clears the mask's bits, then XORs the value in. */
    public int applyTo(int mark) {
        return (mark & ~mask) ^ value;
    }

    /** Writes {@code 0x100/0xf00}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return Mark.format(value) + "/" + Mark.format(mask);
    }
}
