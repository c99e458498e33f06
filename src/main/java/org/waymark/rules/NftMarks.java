package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import org.waymark.mark.Mark;

/**
 * Statements of nft about marks, of which only some bits are read and written.
 *
 * @param bits those bits
 */
record NftMarks(int bits) {
    private static final int ALL = 0xffff_ffff;

    /** The condition that packets have a mark. */
    String isMarked() {
        return bits == ALL ? "meta mark != 0" : masked("meta mark") + " != 0";
    }

    /** The condition that packets have no mark yet. */
    String isUnmarked() {
        return is(0);
    }

    /** The condition that packets have this mark. */
    String is(int mark) {
        return bits == ALL
                ? "meta mark " + Integer.toUnsignedString(mark)
                : masked("meta mark") + " == " + Mark.format(mark);
    }

    /** The connection's mark as the key of a set. */
    String ofConnection() {
        return bits == ALL ? "ct mark" : masked("ct mark");
    }

    /** Gives a packet a mark. */
    String set(int mark) {
        String number = Integer.toUnsignedString(mark);
        return "meta mark set " + (bits == ALL ? number : "meta mark and " + Mark.format(~bits) + " or " + number);
    }

    /** Takes the mark from a packet. */
    String clear() {
        return "meta mark set " + (bits == ALL ? "0" : "meta mark and " + Mark.format(~bits));
    }

    /** Gives a packet the mark of its connection; the chain of this name does it where not all bits count. */
    String restore(String chain) {
        return bits == ALL ? "meta mark set ct mark" : "jump " + chain;
    }

    /** Gives a connection the mark of a packet; the chain of this name does it where not all bits count. */
    String save(String chain) {
        return bits == ALL ? "ct mark set meta mark" : "jump " + chain;
    }

    /** The chain that {@link #restore} jumps to. */
    NftBlock restoring(String chain) {
        NftBlock block = new NftBlock("chain " + chain)
                .comment(
                        "Copies the bits of mark.mask, one by one: nft 1.0.6 has no statement that copies only some bits.")
                .line("meta mark set meta mark and " + Mark.format(~bits));
        single().forEach(bit ->
                block.line("ct mark and %1$s == %1$s meta mark set meta mark or %1$s".formatted(Mark.format(bit))));
        return block;
    }

    /** The chain that {@link #save} jumps to. */
    NftBlock saving(String chain) {
        NftBlock block = new NftBlock("chain " + chain)
                .comment(
                        "Two rules for each bit: other processors never see the connection's mark without a bit that it has.");
        for (int bit : single()) {
            block.line("meta mark and %1$s == %1$s ct mark set ct mark or %1$s".formatted(Mark.format(bit)));
            block.line(
                    "meta mark and %s == 0 ct mark set ct mark and %s".formatted(Mark.format(bit), Mark.format(~bit)));
        }
        return block;
    }

    /** Whether {@link #restore} and {@link #save} need their chains. */
    boolean needsChains() {
        return bits != ALL;
    }

    private String masked(String mark) {
        return mark + " and " + Mark.format(bits);
    }

    private List<Integer> single() {
        List<Integer> single = new ArrayList<>();
        for (int rest = bits; rest != 0; rest &= rest - 1) {
            single.add(Integer.lowestOneBit(rest));
        }
        return single;
    }
}
