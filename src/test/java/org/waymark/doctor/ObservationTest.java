package org.waymark.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.config.ServerAddress;
import org.waymark.doctor.Observation.Verdict;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.mark.ConnectionMark;

class ObservationTest {
    private static final int ALL_BITS = -1;
    private static final ServerProbe.Path PATH = new ServerProbe.Path(
            new ServerAddress(ServerAddress.Protocol.UDP, new InetSocketAddress("192.0.2.53", 53)), 0x89);

    @Test
    void isWellIfAnsweredAndBothMarksAreRight() {
        assertEquals(Verdict.WELL, observation(null, 3, 0x89, 0x89).verdict(ALL_BITS));
    }

    @Test
    void wrongMarkCountsMoreThanSilence() {
        assertEquals(Verdict.WRONG_CONNECTION, observation(null, -1, 0, 0x89).verdict(ALL_BITS));
        assertEquals(Verdict.WRONG_PACKET, observation(null, -1, 0x89, 5).verdict(ALL_BITS));
        assertEquals(Verdict.SILENT, observation(null, -1, 0x89, 0x89).verdict(ALL_BITS));
    }

    @Test
    void bitsThatAreNotWaymarksDoNotMatter() {
        assertEquals(Verdict.WELL, observation(null, 3, 0x1_0089, 0x2_0089).verdict(0xffff));
    }

    @Test
    void connectionThatConntrackDoesNotKnowIsLost() {
        assertEquals(
                Verdict.LOST,
                observation(null, 3, ConnectionMark.NO_ENTRY, 0x89).verdict(ALL_BITS));
    }

    /** There is no connection then, which would say nothing. */
    @Test
    void refusalCountsMost() {
        assertEquals(
                Verdict.REFUSED,
                observation(Errno.EPERM, -1, ConnectionMark.NO_ENTRY, 0).verdict(ALL_BITS));
    }

    /** Where the packet's mark could not be read, the connection's has to do. */
    @Test
    void unknownMarkAtDepartureIsNoFault() {
        assertEquals(
                Verdict.WELL,
                observation(null, 3, 0x89, ConnectionMark.NO_ENTRY).verdict(ALL_BITS));
    }

    private static Observation observation(
            Errno refused, long answeredMillis, long connectionMark, long departureMark) {
        return new Observation(
                PATH,
                new Endpoint(),
                refused,
                answeredMillis,
                0,
                answeredMillis >= 0,
                connectionMark,
                Observation.NO_ZONE,
                departureMark);
    }
}
