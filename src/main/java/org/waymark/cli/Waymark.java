package org.waymark.cli;

/** The program's entry point. */
public final class Waymark {
    private Waymark() {}

    /** @param arguments the command line */
    public static void main(String[] arguments) {
        System.out.println("hi");
    }
}
