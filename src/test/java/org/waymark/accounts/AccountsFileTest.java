package org.waymark.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.firewall.CountedLeg;

class AccountsFileTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);
    private static final String KEY = "0x89/0xffffffff";
    private static final CountedLeg UP = CountedLeg.FORWARDED_UP;

    @TempDir
    private Path folder;

    private final Ledger ledger = new Ledger();
    private AccountsFile file;

    @BeforeEach
    void countAndWrite() throws IOException {
        file = new AccountsFile(folder.resolve("accounts"));
        ledger.begin(UP, "7/1/2");
        ledger.show(UP, 137, 1000, 10);
        Balance balance = ledger.balance(KEY);
        balance.reachedBytes = 900;
        balance.reachedOn = DAY;
        balance.notifiedBytes = 800;
        file.write(ledger, DAY, "boot");
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        Ledger read = new Ledger();

        assertEquals(DAY, file.read(read, "boot"));
        Balance balance = read.balance(KEY);
        assertArrayEquals(ledger.balance(KEY).total, balance.total);
        assertArrayEquals(ledger.balance(KEY).today, balance.today);
        assertEquals(900, balance.reachedBytes);
        assertEquals(DAY, balance.reachedOn);
        assertEquals(800, balance.notifiedBytes);
        read.begin(UP, "7/1/2");
        read.show(UP, 137, 1100, 11);
        assertEquals(1100, balance.total[0], "only what has come since then is added");
    }

    @Test
    void whatEndedSumsHadIsKept() throws IOException {
        Balance balance = ledger.balance(KEY);
        balance.beginAnew();
        balance.add(UP, 500, 5);
        balance.beginAnew();
        file.write(ledger, DAY, "boot");
        Ledger read = new Ledger();
        file.read(read, "boot");

        assertEquals(0, read.balance(KEY).total[0]);
        assertEquals(1500, read.balance(KEY).ended[0]);
        assertEquals(15, read.balance(KEY).ended[1]);
    }

    @Test
    void countersOfAnotherBootAreOtherCounters() throws IOException {
        Ledger read = new Ledger();
        file.read(read, "another boot");
        read.begin(UP, "7/1/2");
        read.show(UP, 137, 1100, 11);

        assertEquals(2100, read.balance(KEY).total[0]);
    }

    @Test
    void aFileThatIsCutAnywhereIsBroken() throws IOException {
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file.path(), java.util.Arrays.copyOf(whole, length));
            assertThrows(CheckedFile.BrokenException.class, () -> file.read(new Ledger(), "boot"));
        }
    }

    @Test
    void aFileWithAnotherDigitIsBroken() throws IOException {
        Files.writeString(file.path(), Files.readString(file.path()).replace("1000", "2000"));

        assertThrows(CheckedFile.BrokenException.class, () -> file.read(new Ledger(), "boot"));
    }

    @Test
    void aLineOfAnotherVersionIsBroken() throws IOException {
        CheckedFile.write(file.path(), "waymark accounts 2\n");

        IOException problem = assertThrows(IOException.class, () -> file.read(new Ledger(), "boot"));
        assertEquals("line 1 is not one of accounts: waymark accounts 2", problem.getMessage());
    }

    @Test
    void noFileIsNotABrokenFile() throws IOException {
        Files.delete(file.path());

        assertThrows(NoSuchFileException.class, () -> file.read(new Ledger(), "boot"));
    }

    @Test
    void daysThatHaveEndedAreAddedUpAndTheOldestAreRemoved() throws IOException {
        FormerDays days = new FormerDays(folder.resolve("days"));
        assertEquals(Map.of(), days.since(DAY));
        for (int i = 0; i < FormerDays.MOST_DAYS + 5; i++) {
            days.add(DAY.plusDays(i), ledger.balances());
        }

        assertEquals(FormerDays.MOST_DAYS, days.days().size());
        assertEquals(DAY.plusDays(5), days.days().get(0));
        assertEquals(3000, days.since(DAY.plusDays(FormerDays.MOST_DAYS + 2)).get(KEY)[0]);
        assertEquals(10, days.since(DAY.plusDays(FormerDays.MOST_DAYS + 4)).get(KEY)[1]);
    }

    @Test
    void nothingElseIsLeftBehind() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    Set.of("accounts"),
                    files.map(path -> path.getFileName().toString()).collect(Collectors.toSet()));
        }
        assertEquals(
                List.of("waymark accounts 1"), Files.readAllLines(file.path()).subList(0, 1));
    }
}
