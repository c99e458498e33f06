package org.waymark.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.AccountRule;
import org.waymark.firewall.CountedLeg;
import org.waymark.mark.MarkMask;

class QuotasTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);
    private static final long PATIENCE_SECONDS = 20;

    @TempDir
    private Path folder;

    private final BlockingQueue<AccountRule> notified = new LinkedBlockingQueue<>();

    @AutoClose
    private final Quotas quotas = new Quotas(notified::add);

    private final Ledger ledger = new Ledger();

    private static AccountRule account(long quota, String target) {
        return new AccountRule(MarkMask.parse("137/0xff"), "room 137", Optional.of(quota), Optional.ofNullable(target));
    }

    private void use(long bytes) {
        ledger.show(CountedLeg.FORWARDED_DOWN, 137, bytes, 1);
    }

    private boolean check(AccountRule account) {
        ledger.accounts(List.of(account));
        return quotas.check(List.of(account), ledger, DAY);
    }

    private Path script(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("command"), "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private AccountRule awaitNotified() throws InterruptedException {
        return notified.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aQuotaIsReachedOnce() {
        AccountRule account = account(1000, null);
        ledger.accounts(List.of(account));
        use(999);
        assertFalse(check(account));
        use(1000);
        assertTrue(check(account));
        use(2000);
        assertFalse(check(account));
        assertEquals(DAY, ledger.balance("0x89/0xff").reachedOn);
    }

    @Test
    void aHigherQuotaIsAnotherOneAndALowerOneIsNot() {
        ledger.accounts(List.of(account(1000, null)));
        use(1500);
        assertTrue(check(account(1000, null)));
        assertFalse(check(account(500, null)));
        assertFalse(check(account(2000, null)));
        use(2500);
        assertTrue(check(account(2000, null)));
    }

    @Test
    void theCommandIsToldTheAccount() throws IOException, InterruptedException {
        Path told = folder.resolve("told");
        Path command = script(
                "echo \"$1|$2|$3|$4|$WAYMARK_ACCOUNT|$WAYMARK_MARK|$WAYMARK_QUOTA|$WAYMARK_USED\" >> " + told + "\n");
        AccountRule account = account(1000, command.toString());
        ledger.accounts(List.of(account));
        use(1500);
        check(account);
        check(account);

        assertEquals(account, awaitNotified());
        assertEquals("room 137|0x89/0xff|1000|1500|room 137|0x89/0xff|1000|1500\n", Files.readString(told));
    }

    @Test
    void aCommandThatFailsIsRunAgain() throws IOException, InterruptedException {
        Path runs = folder.resolve("runs");
        Path command = script("echo run >> " + runs + "; test $(wc -l < " + runs + ") -ge 2\n");
        AccountRule account = account(1000, command.toString());
        ledger.accounts(List.of(account));
        use(1500);
        check(account);

        assertEquals(account, awaitNotified());
        assertEquals(2, Files.readAllLines(runs).size());
    }

    @Test
    void theWebServerIsToldTheAccount() throws IOException, InterruptedException {
        BlockingQueue<String> posts = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/quota", exchange -> {
            posts.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(posts.size() == 1 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
        try {
            AccountRule account =
                    account(1000, "http://127.0.0.1:" + server.getAddress().getPort() + "/quota");
            ledger.accounts(List.of(account));
            use(1500);
            check(account);

            assertEquals(account, awaitNotified());
            String expected =
                    "POST application/json {\"account\":\"room 137\",\"mark\":\"0x89/0xff\",\"quota\":1000,\"used\":1500}";
            assertEquals(List.of(expected, expected), List.copyOf(posts), "the first try got an error");
        } finally {
            server.stop(0);
        }
    }
}
