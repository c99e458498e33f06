package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.mark.MarkMask;

class AccountRuleTest {
    private static final String SERVERS = "\n[[upstream]]\nservers = [\"9.9.9.9\"]\n";

    @Test
    void hasEveryKey() throws ConfigurationException {
        String toml =
                "[[account]]\nmark = \"137/0xff\"\nname = \"room 137\"\nquota = \"2GiB\"\nnotify = \"/bin/told\"\n";

        assertEquals(
                List.of(new AccountRule(
                        new MarkMask(137, 0xff), "room 137", Optional.of(2L << 30), Optional.of("/bin/told"))),
                Text.read(toml + SERVERS).accounts());
    }

    @Test
    void warnsOfAnAccountThatAnotherAboveItTakesItAll() throws ConfigurationException {
        assertEquals(
                List.of("account.mark: 0x189/0xfff is never reached: the account guests above takes it all"),
                warnings("""
                        [[account]]
                        mark = "0x100/0xf00"
                        name = "guests"
                        [[account]]
                        mark = "0x189/0xfff"
                        name = "room 137"
                        """));
    }

    @Test
    void warnsOfAMarkThatIsNotCounted() throws ConfigurationException {
        assertEquals(
                List.of("account.mark: 0x100/0xf00 matches no mark that is counted:"
                        + " the value has bits outside of mark.mask, 0xff"),
                warnings("[mark]\nmask = 0xff\n[[account]]\nmark = \"0x100/0xf00\"\nname = \"guests\"\n"));
    }

    @Test
    void doesNotWarnOfAMarkWithoutAMask() throws ConfigurationException {
        assertEquals(List.of(), warnings("[mark]\nmask = 0xff\n[[account]]\nmark = 137\nname = \"room 137\"\n"));
    }

    @Test
    void twoAccountsOfOneNameAreAMistake() {
        assertEquals(
                List.of(
                        "waymark.toml:8:8: account.name: \"room 1\" is another account's (give each a name of its own)"),
                Text.faults(Text.LEAST
                        + "[[account]]\nmark = 1\nname = \"room 1\"\n[[account]]\nmark = 2\nname = \"room 1\"\n"));
    }

    @Test
    void whoIsToldIsACommandOrAUrl() {
        assertEquals(
                List.of("waymark.toml:6:10: account.notify: \"tell\" is not an absolute path"
                        + " (allowed: the absolute path of a command, or a URL that begins with http:// or https://)"),
                Text.faults(Text.LEAST + "[[account]]\nmark = 1\nname = \"room 1\"\nnotify = \"tell\"\n"));
    }

    @Test
    void warnsOfACommandThatCannotBeRun(@TempDir Path folder) throws Exception {
        Path command = Files.writeString(folder.resolve("tell"), "#!/bin/sh\n");

        assertEquals(
                List.of("account.notify: this user may not execute \"" + command + "\" (chmod +x)"),
                warnings(notifying(command.toString())));
        assertEquals(
                List.of("account.notify: \"" + folder + "\" is not a file (name a command)"),
                warnings(notifying(folder.toString())));
        assertEquals(
                List.of("account.notify: there is no file \"" + command
                        + " --now\" (correct the path, or make the file;"
                        + " no shell reads it, so it can't have arguments)"),
                warnings(notifying(command + " --now")));
        assertEquals(List.of(), warnings(notifying("https://portal.example/told")));

        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(List.of(), warnings(notifying(command.toString())));
    }

    @Test
    void warnsOnceOfACommandOfSeveralAccounts() throws ConfigurationException {
        assertEquals(
                1, warnings(notifying("/absent", 1) + notifying("/absent", 2)).size());
    }

    private static String notifying(String target) {
        return notifying(target, 1);
    }

    private static String notifying(String target, int mark) {
        return "[[account]]\nmark = " + mark + "\nname = \"room " + mark + "\"\nnotify = \"" + target + "\"\n";
    }

    private static List<String> warnings(String toml) throws ConfigurationException {
        return Text.read(toml + SERVERS).warnings().stream()
                .map(fault -> fault.toString().replaceFirst("^\\S+ ", ""))
                .filter(line -> line.startsWith("account"))
                .toList();
    }
}
