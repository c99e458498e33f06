package org.waymark.names;

/** The words of a line, by their positions in its bytes. */
final class Words {
    private Words() {}

    /** Where the comment at the end of a line begins, or else the end of the line. */
    static int endOfContent(byte[] line, int from, int to) {
        int end = from;
        while (end < to && line[end] != '#') {
            end++;
        }
        return end;
    }

    /** The end of the word that begins here. */
    static int end(byte[] line, int from, int to) {
        int end = from;
        while (end < to && !Lines.isBlank(line[end])) {
            end++;
        }
        return end;
    }

    /** Where the next word begins, behind the end of a word. */
    static int next(byte[] line, int end, int to) {
        int next = end;
        while (next < to && Lines.isBlank(line[next])) {
            next++;
        }
        return next;
    }
}
