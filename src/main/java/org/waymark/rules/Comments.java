package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;

/** Comments of scripts, in lines that a terminal shows whole. */
final class Comments {
    private static final int WIDTH = 100;

    private Comments() {}

    /**
     * Breaks a text into lines that begin with {@code #}.
     *
     * @param text sentences; parts after a line feed are commands, which stay in one line
     * @param indent how many columns stand before the lines
     */
    static List<String> of(String text, int indent) {
        List<String> lines = new ArrayList<>();
        for (String part : text.split("\n")) {
            if (part.startsWith(" ")) {
                lines.add("#" + part);
                continue;
            }
            StringBuilder line = new StringBuilder("#");
            for (String word : part.split(" ")) {
                if (indent + line.length() + 1 + word.length() > WIDTH) {
                    lines.add(line.toString());
                    line = new StringBuilder("#");
                }
                line.append(' ').append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
