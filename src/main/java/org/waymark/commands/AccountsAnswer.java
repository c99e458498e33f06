package org.waymark.commands;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.waymark.accounts.Accounts;
import org.waymark.accounts.Sum;
import org.waymark.accounts.Traffic;
import org.waymark.control.Command;
import org.waymark.control.CommandException;

/** {@code waymark accounts}: the bill as of now, all of it or since a day; or begins the sum of an account anew. */
public final class AccountsAnswer implements Command {
    private static final String SINCE = "since";
    private static final String RESET = "reset";

    private final Accounts accounts;

    /**
     * @param accounts what is shown
     */
    public AccountsAnswer(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> values) throws CommandException {
        Arguments arguments = new Arguments(values);
        arguments.only(SINCE, RESET);
        Optional<LocalDate> since = arguments.find(SINCE, AccountsAnswer::day);
        Optional<String> reset = arguments.find(RESET, name -> name);
        Map<String, Object> answer = new LinkedHashMap<>();
        since.ifPresent(day -> answer.put(SINCE, day.toString()));
        List<Sum> sums = reset.isPresent() ? reset(reset.get()) : since.isPresent() ? since(since.get()) : now();
        answer.put("accounts", new BillLines(sums));
        answer.put("warnings", accounts.warnings());
        return answer;
    }

    /** The lines of the bill, each made when it is written: all of them at the same time would take tens of megabytes. */
    private static final class BillLines extends AbstractList<Map<String, Object>> {
        private final List<Sum> sums;

        BillLines(List<Sum> sums) {
            this.sums = sums;
        }

        @Override
        public Map<String, Object> get(int index) {
            return line(sums.get(index));
        }

        @Override
        public int size() {
            return sums.size();
        }
    }

    private List<Sum> now() {
        accounts.read();
        return accounts.current();
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a day (allowed: such as 2026-11-30)", e);
        }
    }

    private List<Sum> since(LocalDate first) throws CommandException {
        accounts.read();
        try {
            return accounts.since(first);
        } catch (IOException e) {
            throw new CommandException("can't read what was used on former days: " + e.getMessage());
        }
    }

    private List<Sum> reset(String name) throws CommandException {
        List<Sum> ended = accounts.beginAnew(name);
        if (ended.isEmpty()) {
            throw new CommandException(
                    "no account has the name \"" + name + "\" (an [[account]] of the configuration)");
        }
        return ended;
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
