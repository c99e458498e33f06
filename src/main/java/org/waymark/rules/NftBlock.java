package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A chain, set or map in the text of a table of nft. */
final class NftBlock {
    private static final String INDENT = "    ";

    private final String header;
    private final List<String> lines = new ArrayList<>();

    /** @param header its kind and name, such as {@code chain output} */
    NftBlock(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }

    /** Its kind, table and name, as commands of nft read them. */
    String name() {
        return header.replaceFirst(" ", " inet waymark ");
    }

    /** Its lines as a command of nft that adds it reads them; a chain without a hook needs none. */
    String inLine() {
        return name() + (lines.isEmpty() ? "" : lines.stream().collect(Collectors.joining("; ", " { ", "; }")));
    }

    NftBlock line(String line) {
        lines.add(line);
        return this;
    }

    /** Adds the reason for the lines that follow. */
    NftBlock comment(String text) {
        lines.addAll(Comments.of(text, 2 * INDENT.length()));
        return this;
    }

    /** Writes it as it stands in a table. */
    @Override
    public String toString() {
        return lines.stream()
                .map(line -> INDENT + INDENT + line + "\n")
                .collect(Collectors.joining("", INDENT + header + " {\n", INDENT + "}\n"));
    }
}
