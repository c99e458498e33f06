package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Family;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/** Whoever runs the commands of the README's "Install" on a Debian has a Waymark that carries a client's mark. */
class DebianReadmeIT {
    private static final int MOST_COMMANDS = 5;

    /** Only the build is not done here, because the package under test is there already. */
    @Test
    void fiveCommandsLeadFromNothingToAMarkedQuery() throws IOException {
        List<String> commands = commands();
        assertTrue(commands.size() <= MOST_COMMANDS, commands::toString);
        try (BootedDebian debian = BootedDebian.boot(BootedDebian.Release.BOOKWORM);
                StubServer stub = StubServer.on(debian.lab(), Family.IPV4.upstream(53))) {
            debian.write("/etc/resolv.conf", "nameserver 10.99.0.53\n");
            debian.write("/etc/apt/apt.conf.d/yes", "APT::Get::Assume-Yes \"true\";\n");
            DebianGateway.bringPackage(debian, "/srv/target/waymark_1_all.deb");
            for (String command : commands) {
                if (!command.startsWith("mvn ")) {
                    debian.shell("cd /srv\n" + command);
                }
            }
            assertEquals(Map.of("www.example", Map.of(137L, 1)), marks(debian), stub.seen()::toString);
        }
    }

    private static Map<String, Map<Long, Integer>> marks(BootedDebian debian) {
        try (TruthMeter meter = TruthMeter.on(debian.lab());
                UdpClient client = UdpClient.from(debian.lab(), Family.IPV4.client(137))) {
            byte[] answer = client.ask(Query.of("www.example", Query.TXT).bytes(1), Family.IPV4.gateway())
                    .bytes();
            assertEquals(Message.NOERROR, Message.rcode(answer));
            return meter.measurement().marksOfNames();
        }
    }

    /** The lines of the first indented block, without their comments. */
    private static List<String> commands() throws IOException {
        return Files.readString(Path.of("README.md"))
                .lines()
                .dropWhile(line -> !line.equals("## Install"))
                .dropWhile(line -> !line.startsWith("    "))
                .takeWhile(line -> line.startsWith("    "))
                .map(line -> line.replaceFirst("  +# .*", "").strip())
                .toList();
    }
}
