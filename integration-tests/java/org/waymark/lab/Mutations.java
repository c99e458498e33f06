package org.waymark.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Valid messages of many kinds, and what becomes of them on the way through a careless or an evil network. */
public final class Mutations {
    private Mutations() {}

    /** Well-formed queries of many kinds. */
    public static List<byte[]> queries() {
        byte[] options = {0, 3, 0, 0, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 100, 0, 1, 9};
        byte[] record = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1};
        return List.of(
                Query.of("www.hostile.example", Query.A).bytes(1),
                Query.of("Edns.hostile.example", Query.AAAA).edns(1232, 0x8000).bytes(2),
                Query.of("options.hostile.example", Query.TXT)
                        .edns(4096, 0, options)
                        .bytes(3),
                Query.of("signed.hostile.example", Query.A)
                        .edns(1232, 0)
                        .additional("key.example", 250, 255, new byte[40])
                        .bytes(4),
                Query.of("hostile.example", 6)
                        .flags(0x2800)
                        .raw(1, record)
                        .raw(2, record)
                        .bytes(5),
                Query.of("hostile.example", 6).flags(0x2400).raw(1, record).bytes(6));
    }

    /** The message cut at every byte. */
    public static List<byte[]> cuts(byte[] message) {
        List<byte[]> cuts = new ArrayList<>();
        for (int length = 0; length < message.length; length++) {
            cuts.add(Arrays.copyOf(message, length));
        }
        return cuts;
    }

    /** The message with each byte inverted, and with each byte changed at random. */
    public static List<byte[]> flips(byte[] message, Random random) {
        List<byte[]> flips = new ArrayList<>();
        for (int at = 0; at < message.length; at++) {
            for (int change : new int[] {0xff, 1 + random.nextInt(254)}) {
                byte[] flipped = message.clone();
                flipped[at] ^= (byte) change;
                flips.add(flipped);
            }
        }
        return flips;
    }

    /** Every cut and every flip. */
    public static List<byte[]> of(byte[] message, Random random) {
        List<byte[]> all = cuts(message);
        all.addAll(flips(message, random));
        return all;
    }

    /** Cuts, changes, lengthens or scrambles a message, or makes up another, in place of any of these. */
    public static byte[] any(byte[] message, Random random) {
        byte[] result;
        switch (random.nextInt(5)) {
            case 0 -> result = Arrays.copyOf(message, random.nextInt(message.length + 1));
            case 1 -> result = Arrays.copyOf(message, message.length + random.nextInt(600));
            case 2 -> {
                result = new byte[random.nextInt(700)];
                random.nextBytes(result);
            }
            default -> {
                result = message.clone();
                for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                    result[random.nextInt(result.length)] = (byte) random.nextInt();
                }
            }
        }
        return result;
    }
}
