package org.waymark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.waymark.lab.Host;

/**
 * What a document tells its readers to do, in order. An indented block is a terminal: a line with the prompt {@code gateway# } or
 * {@code client$ } is a command on that host, the lines below it are what it prints, where {@code ...} stands for anything, and for any
 * lines if it is a line of its own. A fenced block is a file of the gateway whose path is the last one in the text before it.
 */
record Recipe(String name, List<Step> steps) {
    private static final Pattern PROMPT = Pattern.compile("(gateway|client)[#$] (.*)");
    private static final Pattern PATH = Pattern.compile("`(/etc/[^`]+)`");
    private static final String INDENT = "    ";

    /** Something to do. */
    sealed interface Step {
        /** The line of the document, from 1. */
        int line();
    }

    /** A file to write. */
    record Text(int line, String path, String text) implements Step {}

    /** A command to run, and what it prints. */
    record Command(int line, Host host, String words, List<String> shown) implements Step {
        /** Whether an output is what the document shows; how wide a column is depends on figures. */
        boolean shows(String output) {
            String pattern =
                    shown.stream().map(Command::narrow).map(Command::pattern).collect(Collectors.joining());
            String printed = output.lines()
                    .map(line -> narrow(line).stripTrailing() + "\n")
                    .collect(Collectors.joining());
            return printed.matches(pattern);
        }

        private static String narrow(String line) {
            return line.replaceAll(" +", " ");
        }

        private static String pattern(String line) {
            // Where a column is narrow, an ellipsis may stand for nothing.
            return line.equals("...")
                    ? "(?:.*\n)*?"
                    : Pattern.compile(Pattern.quote("...") + " ?")
                            .splitAsStream(line + "\n")
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));
        }
    }

    /** Reads a document of docs. */
    static Recipe of(String name) {
        try {
            return of(name, Files.readString(Path.of("docs", name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the text of a document.
     *
     * @throws AssertionError if a block is neither a terminal nor a file
     */
    static Recipe of(String name, String markdown) {
        return new Recipe(name, new Reader(name, markdown.lines().toList()).steps());
    }

    /** Whether the document has a terminal in it. */
    static boolean isIn(String markdown) {
        return markdown.lines()
                .anyMatch(line ->
                        line.startsWith(INDENT) && PROMPT.matcher(line.strip()).matches());
    }

    private static final class Reader {
        private final String name;
        private final List<String> lines;
        private final List<Step> steps = new ArrayList<>();
        private int next;

        Reader(String name, List<String> lines) {
            this.name = name;
            this.lines = lines;
        }

        List<Step> steps() {
            while (next < lines.size()) {
                if (lines.get(next).startsWith("```")) {
                    steps.add(file());
                } else if (lines.get(next).startsWith(INDENT)) {
                    steps.add(command());
                } else {
                    next++;
                }
            }
            return steps;
        }

        private Text file() {
            int begin = next++;
            String path = null;
            for (int line = begin - 1;
                    path == null && line >= 0 && !lines.get(line).startsWith("```");
                    line--) {
                path = PATH.matcher(lines.get(line))
                        .results()
                        .map(found -> found.group(1))
                        .reduce((first, second) -> second)
                        .orElse(null);
            }
            if (path == null) {
                throw fault(begin, "the text before does not say which file this is");
            }
            StringBuilder text = new StringBuilder();
            while (!lines.get(next).equals("```")) {
                text.append(lines.get(next++)).append('\n');
            }
            next++;
            return new Text(begin + 1, path, text.toString());
        }

        private Command command() {
            int begin = next++;
            Matcher prompt = PROMPT.matcher(lines.get(begin).substring(INDENT.length()));
            if (!prompt.matches()) {
                throw fault(begin, "no prompt says where to run this");
            }
            StringBuilder words = new StringBuilder(prompt.group(2));
            while (words.charAt(words.length() - 1) == '\\') {
                words.append('\n').append(lines.get(next++).substring(INDENT.length()));
            }
            List<String> shown = new ArrayList<>();
            while (next < lines.size() && lines.get(next).startsWith(INDENT)) {
                String line = lines.get(next).substring(INDENT.length());
                if (PROMPT.matcher(line).matches()) {
                    break;
                }
                shown.add(line);
                next++;
            }
            Host host = Host.valueOf(prompt.group(1).toUpperCase(Locale.ROOT));
            return new Command(begin + 1, host, words.toString(), shown);
        }

        private AssertionError fault(int line, String what) {
            return new AssertionError(name + ":" + (line + 1) + ": " + what + ": " + lines.get(line));
        }
    }
}
