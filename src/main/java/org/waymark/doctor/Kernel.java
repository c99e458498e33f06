package org.waymark.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.waymark.config.Marking;
import org.waymark.host.HostCheck;
import org.waymark.host.StartException;
import org.waymark.linux.Sysctl;

/** Whether the kernel can do what this configuration needs. */
final class Kernel {
    private static final String TOPIC = "kernel";
    private static final String ACCEPT = "net.ipv4.tcp_fwmark_accept";

    private Kernel() {}

    static List<Finding> examine(Situation situation) {
        Marking.Source source = situation.configuration().marking().source();
        if (source == Marking.Source.PACKET && !Sysctl.read(ACCEPT).equals(Optional.of("1"))) {
            return List.of(Finding.fault(
                    TOPIC,
                    ACCEPT + " is not 1",
                    "with mark.source = \"packet\", TCP connections do not get the marks of their packets, and Waymark does not start",
                    Cure.run("sysctl -w " + ACCEPT + "=1")));
        }
        try {
            HostCheck.run(source);
            return List.of(Finding.ok(
                    TOPIC, "it can do what mark.source = \"" + source.name().toLowerCase(Locale.ROOT) + "\" needs"));
        } catch (StartException e) {
            return List.of(Finding.fault(
                    TOPIC, e.getMessage(), "Waymark does not start", Cure.advice("do what the message says")));
        }
    }
}
