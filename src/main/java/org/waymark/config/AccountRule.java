package org.waymark.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.waymark.files.BoundedWait;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;

/**
 * A section {@code [[account]]}: whose traffic the connections with some marks are.
 *
 * @param mark the connection marks
 * @param name the name of the account, for people
 * @param quota the bytes after which it is told that they are used up; empty if there is no such limit
 * @param notified who is told then: the absolute path of a command, or a URL; empty if only the log is
 */
public record AccountRule(MarkMask mark, String name, Optional<Long> quota, Optional<String> notified) {
    private static final String MARK = "mark";
    private static final String NAME = "name";
    private static final String NOTIFY = "notify";
    private static final int LONGEST_NAME = 64;

    /** Reads every {@code [[account]]} of a file. */
    static List<AccountRule> allFrom(Section file, Marking marking) {
        List<AccountRule> rules = new ArrayList<>();
        Set<String> commands = new HashSet<>();
        for (Section section : file.sections("account")) {
            AccountRule rule = from(section);
            if (section.has(NAME) && rules.stream().anyMatch(other -> other.name.equals(rule.name))) {
                section.wrong(NAME, "\"" + rule.name + "\" is another account's (give each a name of its own)");
            }
            warnIfNeverUsed(section, rule, rules, marking);
            rule.notified
                    .filter(target -> !isUrl(target) && commands.add(target))
                    .flatMap(AccountRule::hindrance)
                    .ifPresent(problem -> section.warn(NOTIFY, problem));
            rules.add(rule);
        }
        return rules;
    }

    private static AccountRule from(Section account) {
        if (!account.has(MARK)) {
            account.missing(MARK, Kind.markMask().allowed());
        }
        return new AccountRule(
                account.value(MARK, Kind.markMask(), 0),
                account.required(NAME, nameOfAccount()).orElse(""),
                account.find("quota", Kind.size("1B", "1000000TiB")),
                account.find(NOTIFY, notifiable()));
    }

    private static void warnIfNeverUsed(Section section, AccountRule rule, List<AccountRule> above, Marking marking) {
        if (!section.has(MARK)) {
            return;
        }
        if (!rule.mark.canMatch()) {
            section.warn(MARK, rule.mark + " matches no mark: the value has bits outside the mask");
        } else if ((rule.mark.value() & ~marking.mask()) != 0) {
            section.warn(
                    MARK,
                    rule.mark + " matches no mark that is counted: the value has bits outside of mark.mask, "
                            + Mark.format(marking.mask()));
        } else {
            above.stream()
                    .filter(other -> other.mark.covers(rule.mark))
                    .findFirst()
                    .ifPresent(other -> section.warn(
                            MARK, rule.mark + " is never reached: the account " + other.name + " above takes it all"));
        }
    }

    private static Kind<String> nameOfAccount() {
        return Kind.text("a name of 1 to " + LONGEST_NAME + " characters", text -> {
            if (text.isBlank() || text.length() > LONGEST_NAME || text.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("\"" + text + "\" is not a name");
            }
            return text;
        });
    }

    private static Kind<String> notifiable() {
        return Kind.text("the absolute path of a command, or a URL that begins with http:// or https://", text -> {
            return isUrl(text) ? text : Kind.absolutePath(text).toString();
        });
    }

    private static boolean isUrl(String target) {
        return target.startsWith("http://") || target.startsWith("https://");
    }

    /** Why a command can't be run. The file may come before the quota is reached, so that is no reason to refuse a configuration. */
    private static Optional<String> hindrance(String command) {
        Path path = Path.of(command);
        try {
            return BoundedWait.read(path, () -> {
                if (!Files.exists(path)) {
                    return Optional.of("there is no file \"" + command + "\" (correct the path, or make the file;"
                            + " no shell reads it, so it can't have arguments)");
                } else if (!Files.isRegularFile(path)) {
                    return Optional.of("\"" + command + "\" is not a file (name a command)");
                }
                return Files.isExecutable(path)
                        ? Optional.empty()
                        : Optional.of("this user may not execute \"" + command + "\" (chmod +x)");
            });
        } catch (BoundedWait.TooSlowException e) {
            return Optional.of("\"" + command + "\": " + e.getMessage());
        }
    }
}
