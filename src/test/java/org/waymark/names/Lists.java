package org.waymark.names;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.waymark.dns.DomainName;

/** Lists from text, and what they say about names. */
final class Lists {
    private static final int HEADER = 12;

    private Lists() {}

    static ReadList read(String... lines) {
        return readText(String.join("\n", lines) + "\n");
    }

    static ReadList readText(String text) {
        try {
            return ReadList.from(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a list says about a name in a message: "-" if it is not listed, "listed", the action, or the records. */
    static String verdict(NameList list, String name) {
        Listing listing = list.find(inMessage(name), HEADER);
        if (listing == null) {
            return "-";
        }
        return listing.action() == null
                ? "listed"
                : listing.action() == Action.ANSWER
                        ? listing.records().toString()
                        : listing.action().name();
    }

    /** The same for several names, as one text. */
    static String verdicts(ReadList list, String... names) {
        return String.join(
                " ",
                Arrays.stream(names).map(name -> verdict(list.names(), name)).toList());
    }

    /** A message that ends right behind its question, whose name is written as it is, capital letters included. */
    static ByteBuffer inMessage(String name) {
        ByteBuffer message = ByteBuffer.allocateDirect(300);
        message.position(HEADER);
        if (name.contains("\\") || name.equals(".")) {
            message.put(DomainName.parse(name).wire());
        } else {
            for (String label : name.split("\\.")) {
                message.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
            }
            message.put((byte) 0);
        }
        message.putInt(0x0001_0001);
        return message.limit(message.position());
    }
}
