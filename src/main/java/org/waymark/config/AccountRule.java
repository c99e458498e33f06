package org.waymark.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final String NAME = "name";
    private static final int LONGEST_NAME = 64;

    /** Reads every {@code [[account]]} of a file. */
    static List<AccountRule> allFrom(Section file) {
        List<AccountRule> accounts = new ArrayList<>();
        for (Section section : file.sections("account")) {
            AccountRule account = from(section);
            if (section.has(NAME) && accounts.stream().anyMatch(other -> other.name.equals(account.name))) {
                section.wrong(NAME, "\"" + account.name + "\" is another account's (give each a name of its own)");
            }
            accounts.add(account);
        }
        return accounts;
    }

    private static AccountRule from(Section account) {
        if (!account.has("mark")) {
            account.missing("mark", Kind.markMask().allowed());
        }
        MarkMask mark = account.value("mark", Kind.markMask(), 0);
        return new AccountRule(
                mark,
                account.required(NAME, nameOfAccount()).orElse(""),
                account.find("quota", Kind.size("1B", "1000000TiB")),
                account.find("notify", notifiable()));
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
            boolean isUrl = text.startsWith("http://") || text.startsWith("https://");
            return isUrl ? text : Kind.absolutePath(text).toString();
        });
    }
}
