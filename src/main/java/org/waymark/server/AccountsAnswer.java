package org.waymark.server;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.waymark.accounts.Accounts;
import org.waymark.accounts.Sum;
import org.waymark.accounts.Traffic;
import org.waymark.control.Command;
import org.waymark.control.CommandException;

/** Answers {@code waymark accounts}: the bill as of now, all of it or since a day. */
final class AccountsAnswer implements Command {
    private static final String SINCE = "since";

    private final Accounts accounts;

    AccountsAnswer(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        accounts.read();
        Map<String, Object> answer = new LinkedHashMap<>();
        List<Sum> sums;
        if (arguments.get(SINCE) instanceof String text) {
            LocalDate first = day(text);
            answer.put(SINCE, first.toString());
            sums = since(first);
        } else {
            sums = accounts.current();
        }
        answer.put("accounts", sums.stream().map(AccountsAnswer::line).toList());
        answer.put("warnings", accounts.warnings());
        return answer;
    }

    private static LocalDate day(String text) throws CommandException {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new CommandException("\"" + text + "\" is not a day (allowed: such as 2026-11-30)");
        }
    }

    private List<Sum> since(LocalDate first) throws CommandException {
        try {
            return accounts.since(first);
        } catch (IOException e) {
            throw new CommandException("can't read what was used on former days: " + e.getMessage());
        }
    }

    private static Map<String, Object> line(Sum sum) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", sum.name());
        line.put("mark", sum.mark());
        line.put("internet", traffic(sum.traffic().internet()));
        line.put("up", traffic(sum.traffic().up()));
        line.put("down", traffic(sum.traffic().down()));
        line.put("server_dns", traffic(sum.traffic().serverDns()));
        line.put("client_dns", traffic(sum.traffic().clientDns()));
        if (sum.quotaBytes() > 0) {
            line.put("quota", sum.quotaBytes());
        }
        if (sum.reached() != null) {
            line.put("reached", sum.reached().toString());
        }
        return line;
    }

    private static Map<String, Object> traffic(Traffic traffic) {
        Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("bytes", traffic.bytes());
        pair.put("packets", traffic.packets());
        return pair;
    }
}
