package org.waymark.accounts;

import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
    @TempDir
    private Path folder;

    /** Waymark answers nobody while it stops. */
    @Test
    void theEndDoesNotWaitForTheNextReading() {
        Accounts accounts = Accounts.start(List.of(), folder);
        accounts.read();
        assertTimeout(Duration.ofSeconds(1), accounts::close);
    }
}
