package org.waymark.upstream;

/** The questions of a socket that wait to be written, first come first. Linked through the queries themselves. */
final class SendLine {
    private UpstreamQuery first;
    private UpstreamQuery last;

    boolean isEmpty() {
        return first == null;
    }

    void add(UpstreamQuery query) {
        query.previousInLine = last;
        if (last == null) {
            first = query;
        } else {
            last.nextInLine = query;
        }
        last = query;
    }

    /** Takes the first one out, or returns null. */
    UpstreamQuery poll() {
        UpstreamQuery query = first;
        if (query != null) {
            remove(query);
        }
        return query;
    }

    /** Removes one, wherever it stands; does nothing if it is not in line. */
    void remove(UpstreamQuery query) {
        if (query.previousInLine == null && query != first) {
            return;
        }
        if (query.previousInLine == null) {
            first = query.nextInLine;
        } else {
            query.previousInLine.nextInLine = query.nextInLine;
        }
        if (query.nextInLine == null) {
            last = query.previousInLine;
        } else {
            query.nextInLine.previousInLine = query.previousInLine;
        }
        query.previousInLine = null;
        query.nextInLine = null;
    }
}
