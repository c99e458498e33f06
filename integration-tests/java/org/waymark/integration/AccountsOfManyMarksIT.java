package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.AccountsCommand;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;

/** The bill is right with as many marks as a set holds, in bounded memory and a small file. */
class AccountsOfManyMarksIT {
    private static final String MARK = "0x65/0xff";
    private static final int MANY = 65_536;
    private static final int BYTES_PER_PACKET = 100;
    private static final int MOST_MEBIBYTES = 60;
    private static final long MOST_FILE_BYTES = 4 << 20;

    @AutoClose
    private static final Lab LAB = Lab.withoutRules();

    @TempDir
    private Path folder;

    private Forwarder start(Setup setup) {
        return Forwarders.startWaymark(LAB, setup, "env", "STATE_DIRECTORY=" + folder.resolve("state"));
    }

    /** Each mark has one packet more than the one below it. */
    private static void fillSet() {
        LAB.shell(Host.GATEWAY, """
                seq 0 %d | awk 'BEGIN { printf "add element inet waymark forwarded_up { " }
                    { printf "%%s%%d counter packets %%d bytes %%d", sep, $1, $1 + 1, ($1 + 1) * %d; sep = ", " }
                    END { print " }" }' | nft -f -
                """.formatted(MANY - 1, BYTES_PER_PACKET));
    }

    @Test
    void everyMarkCountsAlsoAfterARestart() throws IOException {
        Setup setup = Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .with("control", "socket = \"" + folder.resolve("control") + "\"")
                .append("[[account]]\nmark = \"101/0xff\"\nname = \"room 101\"\n");
        new RulesCommand(LAB, setup, "--accounting").load();
        AccountsCommand accounts = new AccountsCommand(LAB, folder.resolve("control"));
        long all = (long) MANY * (MANY + 1) / 2;
        long ofRoom = 0;
        for (int mark = 101; mark < MANY; mark += 256) {
            ofRoom += mark + 1;
        }
        try (Forwarder forwarder = start(setup)) {
            accounts.byMark();
            int before = forwarder.residentMebibytes();
            fillSet();
            Map<String, Map<?, ?>> sums = accounts.byMark();
            assertEquals(all, packets(sums), forwarder::log);
            assertEquals(all * BYTES_PER_PACKET, AccountsCommand.total(sums, "bytes"));
            assertEquals(ofRoom, AccountsCommand.count(sums.get(MARK), "up", "packets"));
            assertEquals(4_096 + 2, sums.size());
            int grown = forwarder.residentMebibytes() - before;
            assertTrue(grown <= MOST_MEBIBYTES, () -> "grown by " + grown + " MiB");
        }
        long written = Files.size(folder.resolve("state/accounts"));
        assertTrue(written <= MOST_FILE_BYTES, () -> written + " bytes are written");
        try (Forwarder again = start(setup)) {
            assertEquals(all, packets(accounts.byMark()), again::log);
            assertFalse(again.log().contains("ERROR"), again::log);
        }
    }

    private static long packets(Map<String, Map<?, ?>> sums) {
        return AccountsCommand.total(sums, "packets");
    }
}
