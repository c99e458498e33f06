package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule as iptables-save writes it, taken apart: {@code -A CHAIN ! -s ADDRESS -m mark --mark 0x0 -j TARGET --option VALUE}.
 *
 * @param chain the chain that it is in
 * @param matches its conditions
 * @param target what it does or the chain that it leads to; empty if it only counts
 * @param targetOptions the options of the target
 */
record IptablesRule(String chain, List<Option> matches, String target, List<Option> targetOptions) {
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    /**
     * An option with its values.
     *
     * @param module the match that it belongs to, such as {@code conntrack}; empty if iptables knows it without
     * @param negated whether there is a {@code !} before it
     * @param name its name, with dashes; {@code -m} for a module without options
     * @param values its values
     */
    record Option(String module, boolean negated, String name, List<String> values) {
        String value() {
            return values.isEmpty() ? "" : values.get(0);
        }

        /** As in the rule, with its module, so that its name can be looked up. */
        @Override
        public String toString() {
            String text = (negated ? "! " : "") + String.join(" ", name, String.join(" ", values));
            return ((module.isEmpty() || name.equals("-m") ? "" : "-m " + module + " ") + text).strip();
        }
    }

    static IptablesRule parse(String line) {
        Reading reading = new Reading();
        Matcher words = WORD.matcher(line);
        while (words.find()) {
            String quoted = words.group(1);
            if (quoted != null) {
                reading.values.add(quoted.replaceAll("\\\\(.)", "$1"));
            } else {
                reading.word(words.group(2));
            }
        }
        reading.finishOption();
        return new IptablesRule(reading.chain, reading.matches, reading.target, reading.targetOptions);
    }

    private static final class Reading {
        private final List<Option> matches = new ArrayList<>();
        private final List<Option> targetOptions = new ArrayList<>();
        private final List<String> values = new ArrayList<>();
        private String chain = "";
        private String target = "";
        private String module = "";
        private String option = "";
        private boolean negated;
        private boolean negateNext;

        private void word(String word) {
            if (word.equals("!")) {
                negateNext = true;
            } else if (word.startsWith("-") && word.length() > 1 && !Character.isDigit(word.charAt(1))) {
                finishOption();
                option = word;
                negated = negateNext;
                negateNext = false;
            } else {
                values.add(word);
            }
        }

        private void finishOption() {
            Option finished = new Option(option.startsWith("--") ? module : "", negated, option, List.copyOf(values));
            values.clear();
            switch (option) {
                case "" -> {}
                case "-A" -> chain = finished.value();
                case "-j", "-g" -> target = finished.value();
                case "-m" -> {
                    module = finished.value();
                    matches.add(finished);
                }
                default -> (target.isEmpty() ? matches : targetOptions).add(finished);
            }
            // A module whose options follow is not a condition by itself.
            int last = matches.size() - 1;
            if (target.isEmpty() && last > 0 && !matches.get(last).module().isEmpty()) {
                Option before = matches.get(last - 1);
                if (before.name().equals("-m")
                        && before.value().equals(matches.get(last).module())) {
                    matches.remove(last - 1);
                }
            }
        }
    }
}
