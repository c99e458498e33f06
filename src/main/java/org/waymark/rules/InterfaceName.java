package org.waymark.rules;

import java.util.regex.Pattern;

/** The name of a network interface. Fewer characters are allowed than by the kernel: none that means something to a shell, nft or ip. */
public final class InterfaceName {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

    private InterfaceName() {}

    /**
     * @param text what an operator has written
     * @return the same text
     * @throws IllegalArgumentException if it is not the name of an interface; the message is for people
     */
    public static String parse(String text) {
        if (!ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the name of an interface (allowed: 1 to 15"
                            + " letters, digits, dots, hyphens and underscores; the first is a letter, a digit or an underscore)");
        }
        return text;
    }
}
