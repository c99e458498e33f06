package org.waymark.accounts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import org.waymark.firewall.CountedLeg;
import org.waymark.mark.Mark;

/**
 * The sums as a file, one thing a line:
 *
 * <pre>
 * waymark accounts 1
 * day 2026-11-30                                   # which day today's sums are of
 * host 0d2f...                                     # the boot of the host that the sets and what was seen are of
 * set forwarded_up 1/2/3                           # its identity
 * total 0x89/0xff 1500 1 0 0 0 0 0 0               # bytes and packets of each leg
 * today 0x89/0xff 1500 1 0 0 0 0 0 0
 * ended 0x89/0xff 9000 6 0 0 0 0 0 0               # what sums had that were begun anew; not there if none was
 * quota 0x89/0xff 1000 2026-11-30 1000             # in bytes: which was reached, when, and of which somebody was notified
 * seen 0x89 1500 1 0 0 0 0 0 0                     # what the counters have shown last
 * </pre>
 */
final class AccountsFile {
    private static final String FIRST_LINE = "waymark accounts 1";

    /** Room for all marks that may be told apart, and for all that sets may hold. */
    private static final int MOST_BYTES = 64 << 20;

    private final Path path;

    AccountsFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /**
     * Writes the sums.
     *
     * @param boot what distinguishes this boot of the host from every other one
     */
    void write(Ledger ledger, LocalDate day, String boot) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE + "\n");
        line(text, "day", day.toString());
        line(text, "host", boot);
        ledger.sets().forEach((leg, set) -> line(text, "set", leg.set() + " " + set));
        ledger.balances().forEach((key, balance) -> {
            counts(text, "total", key, balance.total);
            counts(text, "today", key, balance.today);
            if (Arrays.stream(balance.ended).anyMatch(count -> count > 0)) {
                counts(text, "ended", key, balance.ended);
            }
            if (balance.reachedOn != null) {
                line(
                        text,
                        "quota",
                        key + " " + balance.reachedBytes + " " + balance.reachedOn + " " + balance.notifiedBytes);
            }
        });
        ledger.meters().forEach((mark, meter) -> counts(text, "seen", Mark.format(mark), meter.seen));
        CheckedFile.write(path, text.toString());
    }

    private static void line(StringBuilder text, String kind, String rest) {
        text.append(kind).append(' ').append(rest).append('\n');
    }

    private static void counts(StringBuilder text, String kind, String key, long[] counts) {
        text.append(kind).append(' ').append(key);
        for (long count : counts) {
            text.append(' ').append(count);
        }
        text.append('\n');
    }

    /**
     * Reads the sums into an empty ledger.
     *
     * @return which day today's sums are of
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws CheckedFile.BrokenException if it is not as it was written
     */
    LocalDate read(Ledger ledger, String boot) throws IOException {
        LocalDate day = null;
        boolean sameBoot = false;
        int number = 0;
        for (String line : CheckedFile.read(path, MOST_BYTES)) {
            number++;
            String[] words = line.split(" ");
            try {
                switch (words[0]) {
                    case "waymark" -> expect(line.equals(FIRST_LINE));
                    case "day" -> day = LocalDate.parse(words[1]);
                    case "host" -> sameBoot = words[1].equals(boot);
                    case "total" -> fill(ledger.balance(words[1]).total, words);
                    case "today" -> fill(ledger.balance(words[1]).today, words);
                    case "ended" -> fill(ledger.balance(words[1]).ended, words);
                    case "quota" -> quota(ledger.balance(words[1]), words);
                    case "set", "seen" -> counters(ledger, words, sameBoot);
                    default -> expect(false);
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
                throw new CheckedFile.BrokenException("line " + number + " is not one of accounts: " + line);
            }
        }
        if (day == null) {
            throw new CheckedFile.BrokenException("it does not say which day it is of");
        }
        return day;
    }

    private static void expect(boolean right) {
        if (!right) {
            throw new IllegalArgumentException();
        }
    }

    private static void fill(long[] counts, String[] words) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Long.parseLong(words[2 + i]);
        }
    }

    private static void quota(Balance balance, String[] words) {
        balance.reachedBytes = Long.parseLong(words[2]);
        balance.reachedOn = LocalDate.parse(words[3]);
        balance.notifiedBytes = Long.parseLong(words[4]);
    }

    /** After a boot of the host all counters are new ones, whatever their handles are. */
    private static void counters(Ledger ledger, String[] words, boolean sameBoot) {
        if (!sameBoot) {
            return;
        }
        if (words[0].equals("set")) {
            Map<CountedLeg, String> sets = ledger.sets();
            for (CountedLeg leg : CountedLeg.values()) {
                if (leg.set().equals(words[1])) {
                    sets.put(leg, words[2]);
                }
            }
        } else {
            fill(ledger.meter(Mark.parse(words[1])).seen, words);
        }
    }
}
