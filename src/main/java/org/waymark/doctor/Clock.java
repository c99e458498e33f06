package org.waymark.doctor;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.settings.Settings;

/** Whether the host's clock lets certificates of servers be verified; it only matters where servers are asked over TLS. */
final class Clock {
    private static final String TOPIC = "clock";

    /** Waymark is not older than this, so the present is not either. */
    private static final Instant EARLIEST = Instant.parse("2026-11-01T00:00:00Z");

    private Clock() {}

    static List<Finding> examine(Settings settings, Instant now) {
        List<UpstreamGroup> groups = settings.groups().stream()
                .filter(group ->
                        group.servers().stream().anyMatch(server -> server.protocol() == ServerAddress.Protocol.TLS))
                .map(Settings.Group::configured)
                .toList();
        if (groups.isEmpty()) {
            return List.of();
        }
        if (now.isBefore(EARLIEST)) {
            return List.of(Finding.fault(
                    TOPIC,
                    "the clock says " + now,
                    "certificates of servers are not valid yet at that time, so no server can be asked over TLS",
                    Cure.run("timedatectl set-ntp true")));
        }
        List<Finding> findings = new ArrayList<>();
        groups.forEach(group -> group.authorities().stream()
                .filter(authority -> !isValid(authority, now))
                .forEach(authority -> findings.add(Finding.fault(
                        TOPIC,
                        "the certificate of " + authority.getSubjectX500Principal() + " in upstream.tls-ca of "
                                + group.name()
                                + " is valid from " + authority.getNotBefore().toInstant() + " to "
                                + authority.getNotAfter().toInstant() + ", and it is " + now,
                        "it can't vouch for any server",
                        Cure.advice("replace it in the file that upstream.tls-ca names, or correct the clock")))));
        return findings.isEmpty() ? List.of(Finding.ok(TOPIC, "it is " + now)) : findings;
    }

    private static boolean isValid(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }
}
