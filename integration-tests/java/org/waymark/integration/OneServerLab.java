package org.waymark.integration;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** A lab for one class of tests, with Waymark as it is by default and one server, which each test finds answering as usual. */
final class OneServerLab implements BeforeEachCallback, AfterAllCallback {
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);

    private final Lab lab = Lab.up();
    private final StubServer stub = StubServer.on(lab, SERVER);
    private final Forwarder forwarder =
            Forwarders.WAYMARK.start(lab, Setup.wildcard().servers(SERVER));

    Lab lab() {
        return lab;
    }

    StubServer stub() {
        return stub;
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        stub.reset();
    }

    /** Closes everything, the last first. */
    @Override
    public void afterAll(ExtensionContext tests) {
        try (lab;
                stub;
                forwarder) {}
    }
}
