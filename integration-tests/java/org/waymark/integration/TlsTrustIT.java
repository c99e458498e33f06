package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.waymark.integration.TlsLab.NAME;
import static org.waymark.integration.TlsLab.nextQuery;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Certificates;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Over TLS the right server alone is told anything: not one that can't show who it is. */
class TlsTrustIT {
    private static final int MARKED = 137;
    private static final InetSocketAddress STUB_AT = Family.IPV4.tlsUpstream(53);
    private static final InetSocketAddress IMPOSTOR_AT = Family.IPV4.tlsUpstream(54);

    @AutoClose
    private static final Certificates STRANGERS = Certificates.make();

    @RegisterExtension
    private static final TlsLab TLS = new TlsLab();

    private static final Lab LAB = TLS.lab();

    private enum Impostor {
        WRONG_NAME("its certificate does not match", TLS.certificates().identity("other.example")),
        EXPIRED("its certificate has expired", TLS.certificates().expiredIdentity(NAME)),
        OF_NO_TRUSTED_AUTHORITY("not from a trusted authority", STRANGERS.identity(NAME)),
        /** Waits for the many bytes that a DNS server takes the beginning of TLS for. */
        PLAIN_TCP("did not finish the TLS handshake in time", null);

        private final String reason;
        private final Certificates.Identity identity;

        Impostor(String reason, Certificates.Identity identity) {
            this.reason = reason;
            this.identity = identity;
        }

        StubServer start() {
            return identity == null ? StubServer.on(LAB, IMPOSTOR_AT) : StubServer.overTls(LAB, identity, IMPOSTOR_AT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void impostorIsToldNothingAndTheLogSaysWhy(Impostor impostor) {
        Setup setup = TLS.trusting().tlsServer(IMPOSTOR_AT, NAME).tries("6s", 2);
        try (StubServer server = impostor.start();
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(MARKED))) {
            byte[] answer = client.ask(nextQuery(), Family.IPV4.gateway()).bytes();
            assertEquals(Message.SERVFAIL, Message.rcode(answer));
            Waiting.until(
                    Waiting.PATIENCE, impostor.reason, () -> forwarder.log().contains(impostor.reason));
            assertEquals(
                    1,
                    forwarder
                            .log()
                            .lines()
                            .filter(line -> line.contains("can't be used"))
                            .count(),
                    forwarder::log);
            assertEquals(List.of(), server.seen());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nextServerIsAskedInsteadOfAnImpostor(Impostor impostor) {
        Setup setup = TLS.trusting()
                .tlsServer(IMPOSTOR_AT, NAME)
                .tlsServer(STUB_AT, NAME)
                .tries("8s", 4);
        try (StubServer server = impostor.start();
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (int i = 0; i < 5; i++) {
                TLS.assertMark(MARKED, TLS.askOverUdp(MARKED));
                TLS.assertMark(MARKED, TLS.askOverTcp(MARKED));
            }
            assertEquals(List.of(), server.seen());
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }
}
