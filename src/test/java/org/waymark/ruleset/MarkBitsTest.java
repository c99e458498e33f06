package org.waymark.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.waymark.mark.MarkMask;

class MarkBitsTest {
    private static final String PACKET = "{\"meta\": {\"key\": \"mark\"}}";
    private static final String CONNECTION = "{\"ct\": {\"key\": \"mark\"}}";

    /** As Linux 6.13 can, and nft 1.1.2 writes. */
    @Test
    void bitsOfBothMarksAreARestoreWithMasks() throws IOException {
        String some = both("|", both("&", PACKET, "0xffff0000"), both("&", CONNECTION, "0xffff"));

        assertEquals(
                List.of(new Effect.Restore(0xffff, 0xffff)),
                read(some).orElseThrow().toPacket());
        assertEquals(
                List.of(new Effect.Save(0xffff_0000, 0xffff_0000)),
                read(some).orElseThrow().toConnection());
    }

    @Test
    void restoredMarkThatIsChangedIsTwoEffects() throws IOException {
        assertEquals(
                List.of(
                        new Effect.Restore(0xffff_ffff, 0xffff_fffe),
                        new Effect.SetPacketMark(Optional.of(new MarkMask(1, 0)))),
                read(both("|", CONNECTION, "1")).orElseThrow().toPacket());
    }

    @Test
    void whatIsNotComputedFromMarksIsUnknown() throws IOException {
        assertEquals(Optional.empty(), read("{\"numgen\": {\"mode\": \"inc\", \"mod\": 2}}"));
        assertEquals(Optional.empty(), read(both("|", PACKET, "{\"meta\": {\"key\": \"priority\"}}")));
        assertEquals(Optional.empty(), read(both("|", PACKET, CONNECTION)));
    }

    @Test
    void everyChainOfOperatorsMeansWhatItComputes() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            int packet = random.nextInt();
            int expected = packet;
            String expression = PACKET;
            for (int j = 0; j < 3; j++) {
                int operand = random.nextInt();
                String operator = List.of("&", "|", "^").get(random.nextInt(3));
                expression = both(operator, expression, Integer.toUnsignedString(operand));
                expected = switch (operator) {
                    case "&" -> expected & operand;
                    case "|" -> expected | operand;
                    default -> expected ^ operand;
                };
            }
            MarkBits bits = read(expression).orElseThrow();
            assertEquals(expected, applied(bits.toPacket(), packet), "seed " + seed + ": " + expression);
        }
    }

    private static int applied(List<Effect> effects, int mark) {
        int result = mark;
        for (Effect effect : effects) {
            result = ((Effect.SetPacketMark) effect).change().orElseThrow().applyTo(result);
        }
        return result;
    }

    private static String both(String operator, String left, String right) {
        String number = right.startsWith("0x") ? Long.decode(right).toString() : right;
        return "{\"%s\": [%s, %s]}".formatted(operator, left, number);
    }

    private static Optional<MarkBits> read(String expression) throws IOException {
        return MarkBits.of(JSON.std.anyFrom(expression));
    }
}
