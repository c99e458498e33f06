package org.waymark.web;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    private final AllowedHosts hosts = AllowedHosts.of(List.of("gateway", "Gateway.example.org"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:9453",
                "LOCALHOST",
                "127.0.0.1:9453",
                "192.168.111.1",
                "[::1]:9453",
                "[fe80::1]",
                "gateway",
                "GATEWAY:9453",
                "gateway.example.org:9453"
            })
    void addressesAndTheNamesOfTheHostAreAllowed(String header) {
        assertTrue(hosts.allows(header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example",
                "localhost.example",
                "127.0.0.1.example",
                "gateway.evil.example",
                "x:y:9453",
                "[gateway]",
                "2001:db8::1",
                "localhost@evil.example",
                "0x7f000001",
                "[::1",
                "."
            })
    void namesThatOthersCanChooseAreNot(String header) {
        assertFalse(hosts.allows(header));
    }

    @Test
    void theNameOfThisHostIsAllowed() throws IOException {
        String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();

        assertTrue(AllowedHosts.ofThisHost(InetAddress.getLoopbackAddress()).allows(name + ":9453"));
    }
}
