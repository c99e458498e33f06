package org.waymark.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import org.waymark.config.ServerAddress;

class ServerListsTest {
    /** No wildcards, so that the addresses of the host that runs the test do not matter. */
    private static final String LISTEN = "[listen]\naddresses = [\"127.0.0.1\", \"::1\"]\n";

    @TempDir
    private Path folder;

    private Path resolvConf;

    @BeforeEach
    void nameAFile() {
        resolvConf = folder.resolve("resolv.conf");
    }

    @Test
    void putTheServersOfTheFileInItsPlace() throws Exception {
        Files.writeString(resolvConf, "nameserver 192.0.2.1\nnameserver 192.0.2.2\n");
        ServerLists lists = lists("\"192.0.2.9\", \"resolv.conf:FILE\", \"192.0.2.2\", \"tcp://192.0.2.2\"");

        assertEquals(List.of("192.0.2.9:53", "192.0.2.1:53", "192.0.2.2:53", "tcp://192.0.2.2:53"), servers(lists));
    }

    @Test
    void followTheFile() throws Exception {
        Files.writeString(resolvConf, "nameserver 192.0.2.1\n");
        ServerLists lists = lists("\"resolv.conf:FILE\"");
        assertFalse(lists.refresh());
        Files.writeString(resolvConf, "nameserver 192.0.2.1 # the same\n");
        assertFalse(lists.refresh());
        Files.writeString(resolvConf, "nameserver 192.0.2.2\n");
        assertTrue(lists.refresh());

        assertEquals(List.of("192.0.2.2:53"), servers(lists));
    }

    /** Java considers these addresses equal. */
    @Test
    void tellLinkLocalServersOfTwoInterfacesApart() throws Exception {
        Files.writeString(resolvConf, "nameserver fe80::1%1\n");
        ServerLists lists = lists("\"fe80::1%2\", \"resolv.conf:FILE\"");
        assertEquals(List.of("[fe80:0:0:0:0:0:0:1%2]:53", "[fe80:0:0:0:0:0:0:1%1]:53"), servers(lists));
        Files.writeString(resolvConf, "nameserver fe80::1%2\n");
        assertTrue(lists.refresh());

        assertEquals(List.of("[fe80:0:0:0:0:0:0:1%2]:53"), servers(lists));
    }

    @Test
    void keepTheServersOfAFileThatNamesNoneAnyMore() throws Exception {
        Files.writeString(resolvConf, "nameserver 192.0.2.1\n");
        ServerLists lists = lists("\"resolv.conf:FILE\"");
        Files.writeString(resolvConf, "# soon\n");
        assertFalse(lists.refresh());
        Files.delete(resolvConf);
        assertFalse(lists.refresh());

        assertEquals(List.of("192.0.2.1:53"), servers(lists));
    }

    @Test
    void mayBeEmptyAtFirst() throws Exception {
        ServerLists lists = lists("\"resolv.conf:FILE\"");
        assertEquals(List.of(), servers(lists));
        Files.writeString(resolvConf, "nameserver 192.0.2.1\n");
        assertTrue(lists.refresh());

        assertEquals(List.of("192.0.2.1:53"), servers(lists));
    }

    @Test
    void leaveOutWaymarkItself() throws Exception {
        Files.writeString(resolvConf, "nameserver 127.0.0.1\nnameserver ::1\nnameserver 192.0.2.1\n");

        assertEquals(List.of("192.0.2.1:53"), servers(lists("\"resolv.conf:FILE\"")));
    }

    @Test
    void lookBehindTheStubOfSystemdResolved() throws Exception {
        Path behind = Files.writeString(folder.resolve("behind.conf"), "nameserver 192.0.2.1\n");
        Files.writeString(resolvConf, "nameserver 127.0.0.53\noptions edns0 trust-ad\n");
        ServerLists lists = new ServerLists(configuration("\"resolv.conf:FILE\""), behind);
        assertEquals(List.of("192.0.2.1:53"), servers(lists));
        Files.writeString(behind, "nameserver 192.0.2.2\n");
        assertTrue(lists.refresh());
        assertEquals(List.of("192.0.2.2:53"), servers(lists));
        Files.writeString(resolvConf, "nameserver 192.0.2.3\n");
        assertTrue(lists.refresh());
        assertEquals(List.of("192.0.2.3:53"), servers(lists));
        Files.delete(behind);
        Files.writeString(resolvConf, "nameserver 127.0.0.53\n");
        assertTrue(lists.refresh());

        assertEquals(List.of("127.0.0.53:53"), servers(lists));
    }

    @Test
    void neverChangeWithoutAFile() throws Exception {
        ServerLists lists = lists("\"192.0.2.9\"");

        assertFalse(lists.refresh());
        assertEquals(List.of("192.0.2.9:53"), servers(lists));
    }

    private ServerLists lists(String servers) throws IOException, ConfigurationException {
        return new ServerLists(configuration(servers));
    }

    private Configuration configuration(String servers) throws IOException, ConfigurationException {
        Path file = folder.resolve("waymark.toml");
        Files.writeString(
                file, LISTEN + "[[upstream]]\nservers = [" + servers.replace("FILE", resolvConf.toString()) + "]\n");
        return Configuration.read(file);
    }

    private static List<String> servers(ServerLists lists) {
        return lists.current().get(0).stream().map(ServerAddress::toString).toList();
    }
}
