package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Lab.Outcome;

/** Where another program has port 53, Waymark is installed all the same, and says which program it is and what to do. */
@ParameterizedClass
@EnumSource
class DebianPortTakenIT {
    @Parameter
    private BootedDebian.Release release;

    private DebianGateway gateway;
    private BootedDebian debian;

    @BeforeEach
    void boot() {
        gateway = DebianGateway.boot(release);
        debian = gateway.debian();
    }

    @AfterEach
    void end() {
        gateway.close();
    }

    @Test
    void systemdResolvedIsNamedAndTheCureWorks() {
        debian.shell(DebianGateway.SYSTEMD_RESOLVED);
        String told = install();
        assertTrue(told.contains("systemd-resolve"), told);
        assertTrue(told.contains("DNSStubListener=no"), told);
        debian.shell("""
                printf '[Resolve]\\nDNSStubListener=no\\n' > /etc/systemd/resolved.conf.d/waymark.conf
                systemctl restart systemd-resolved
                """);
        startsNow();
    }

    @Test
    void anotherProgramIsNamedAndTheCureWorks() {
        gateway.install("dnsmasq").orFail();
        String told = install();
        assertTrue(told.contains("dnsmasq"), told);
        assertTrue(told.contains(debian.property("dnsmasq", "MainPID")), told);
        debian.shell("systemctl disable --now dnsmasq");
        startsNow();
    }

    private String install() {
        Outcome outcome = gateway.install(DebianGateway.PACKAGE);
        assertEquals(0, outcome.status(), outcome::errors);
        assertEquals("enabled", debian.property("waymark", "UnitFileState"));
        assertNotEquals("active", debian.property("waymark", "ActiveState"));
        return outcome.output() + outcome.errors();
    }

    private void startsNow() {
        debian.shell("systemctl start waymark");
        gateway.awaitAnswer();
    }
}
