package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Nsd;
import org.waymark.lab.SampleZone;
import org.waymark.lab.Setup;

/** The probes of RFC 8906, section 8, with dig, in front of a real server: each is answered as the server answers it. */
class DigProbesIT {
    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(LAB, Family.IPV4.upstream(53), List.of(SampleZone.plain("zone.example")));

    @AutoClose
    private static final Forwarder FORWARDER =
            Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "+noedns +noad +norec zone.example soa, NOERROR",
        "+noedns +noad +norec zone.example type1000, NOERROR",
        "+noedns +noad +norec +cd zone.example soa, NOERROR",
        "+noedns +norec +ad zone.example soa, NOERROR",
        "+noedns +noad +norec +zflag zone.example soa, NOERROR",
        "+noedns +noad +rec zone.example soa, NOERROR",
        "+noedns +noad +norec +opcode=15 +header-only zone.example, ''",
        "+noedns +noad +norec +tcp zone.example soa, NOERROR",
        "+edns=0 +noad +norec zone.example soa, NOERROR",
        "+edns=1 +noednsneg +noad +norec zone.example soa, BADVERS",
        "+edns=0 +noad +norec +ednsopt=100 zone.example soa, NOERROR",
        "+edns=0 +noad +norec +ednsflags=0x80 zone.example soa, NOERROR",
        "+edns=0 +noad +norec +dnssec zone.example soa, NOERROR",
        "+edns=1 +noednsneg +noad +norec +ednsopt=100 zone.example soa, BADVERS",
        "+edns=1 +noednsneg +noad +norec +ednsflags=0x80 zone.example soa, BADVERS",
        "+edns=1 +noednsneg +noad +norec +dnssec zone.example soa, BADVERS",
        "+edns=0 +noad +norec +dnssec +bufsize=512 +ignore large5000.zone.example txt, NOERROR",
        "+edns=0 +noad +norec +nsid +cookie=0102030405060708 +subnet=0.0.0.0/0 +expire zone.example soa, NOERROR"
    })
    @Duty(45)
    void probeIsAnsweredAsByTheServer(String options, String status) {
        String forwarded = dig("192.168.111.1", options);
        assertEquals(dig("10.99.0.53", options), forwarded);
        assertTrue(forwarded.contains("status: " + status), forwarded);
    }

    /** What dig tells, without id, time and server. */
    private static String dig(String server, String options) {
        List<String> command =
                new ArrayList<>(List.of("dig", "+tries=1", "+time=3", "+nostats", "+nocmd", "@" + server, "+qid=4711"));
        command.addAll(List.of(options.split(" ")));
        Lab.Outcome outcome = LAB.exec(Host.CLIENT, command.toArray(String[]::new));
        assertEquals(0, outcome.status(), outcome::toString);
        return outcome.output();
    }
}
