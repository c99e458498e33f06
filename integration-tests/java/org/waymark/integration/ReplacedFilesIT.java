package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Web;

/** An upgrade replaces the files of a Waymark that runs: it goes on with its own until it is restarted. */
class ReplacedFilesIT {
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final InetSocketAddress ASKED = Family.IPV4.gateway();

    private static Setup setup() {
        return Setup.wildcard().servers(SERVER).with("metrics", "listen = \"" + Web.ADDRESS + "\"");
    }

    /** It is asked for the first time when its files are gone, so that all that is loaded late has to come from open ones. */
    @Test
    void worksWhenItsFilesAreGone(@TempDir Path folder) {
        Path home = folder.resolve("waymark");
        try (Lab lab = Lab.up();
                StubServer stub = StubServer.on(lab, SERVER)) {
            lab.shell(Host.GATEWAY, "cp -R " + System.getProperty("waymark.home") + " " + home);
            try (ReloadedWaymark waymark = ReloadedWaymark.start(lab, setup(), home + "/bin/waymark")) {
                lab.shell(Host.GATEWAY, "rm -r " + home);

                try (UdpClient udp = UdpClient.from(lab, Family.IPV4.client(137));
                        TcpClient tcp = TcpClient.connect(lab, Family.IPV4.client(137), ASKED)) {
                    byte[] query = Query.of("www.example", Query.TXT).bytes(1);
                    assertEquals(
                            Message.NOERROR, Message.rcode(udp.ask(query, ASKED).bytes()));
                    assertFalse(stub.seen(Message.name(query)).isEmpty());
                    assertEquals(
                            Message.NOERROR,
                            Message.rcode(
                                    tcp.ask(Query.of("tcp.example", Query.TXT).bytes(2))));
                }
                Web web = new Web(lab);
                for (String page : List.of("/", "/metrics", "/health", "/ready")) {
                    assertTrue(web.get(page).startsWith("200"), page);
                }
                for (String command : List.of("status", "stats", "cache", "flush", "reload")) {
                    lab.exec(Host.GATEWAY, Forwarders.LAUNCHER, command, "--socket=" + waymark.socket())
                            .orFail();
                }
                waymark.reload(setup().with("log", "format = \"json\"").append("""
                        [[record]]
                        name = "own.example"
                        type = "HTTPS"
                        value = "1 . alpn=h2"
                        """));
                try (UdpClient udp = UdpClient.from(lab, Family.IPV4.client(137))) {
                    byte[] query = Query.of("own.example", Query.TXT).bytes(3);
                    assertEquals(
                            Message.NOERROR, Message.rcode(udp.ask(query, ASKED).bytes()));
                }
                assertEquals(List.of(), waymark.process().ownFaults());
            }
        }
    }
}
