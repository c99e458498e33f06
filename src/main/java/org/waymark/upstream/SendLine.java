package org.waymark.upstream;

/** The questions of a carrier that wait to be written, first come first. Linked through the exchanges themselves. */
final class SendLine {
    private Exchange first;
    private Exchange last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Exchange exchange) {
        exchange.previousInLine = last;
        if (last == null) {
            first = exchange;
        } else {
            last.nextInLine = exchange;
        }
        last = exchange;
    }

    /** Takes the first one out, or returns null. */
    Exchange poll() {
        Exchange exchange = first;
        if (exchange != null) {
            remove(exchange);
        }
        return exchange;
    }

    /** Takes one out, wherever it stands; one that is not in line is left alone. */
    void remove(Exchange exchange) {
        if (exchange.previousInLine == null && exchange != first) {
            return;
        }
        if (exchange.previousInLine == null) {
            first = exchange.nextInLine;
        } else {
            exchange.previousInLine.nextInLine = exchange.nextInLine;
        }
        if (exchange.nextInLine == null) {
            last = exchange.previousInLine;
        } else {
            exchange.nextInLine.previousInLine = exchange.previousInLine;
        }
        exchange.previousInLine = null;
        exchange.nextInLine = null;
    }
}
