package org.waymark.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifierTest {
    private final List<String> sent = new ArrayList<>();

    @Test
    void tellsEachChangeInADatagram() throws IOException {
        tellAll("/run/systemd/notify");
        assertEquals(List.of("/run/systemd/notify READY=1", "/run/systemd/notify STOPPING=1"), sent);
    }

    @Test
    void tellsThatItReloadsAndHowThatHasEnded() throws IOException {
        Notifier notifier = notifier("/n");
        notifier.reloading(1_234_567_890);
        notifier.reloaded("Reloaded");
        assertEquals(List.of("/n RELOADING=1\nMONOTONIC_USEC=1234567", "/n READY=1\nSTATUS=Reloaded"), sent);
    }

    @Test
    void leavesDescriptorsUnderANameAndTakesThemBack() throws IOException {
        Notifier notifier = notifier("/n");
        notifier.store("udp-0.0.0.0_53", 7, 8);
        notifier.discard("udp-0.0.0.0_53");
        assertEquals(
                List.of(
                        "/n FDSTORE=1\nFDPOLL=0\nFDNAME=udp-0.0.0.0_53 [7, 8]",
                        "/n FDSTOREREMOVE=1\nFDNAME=udp-0.0.0.0_53"),
                sent);
    }

    @Test
    void writesAbstractAddressesAsTheKernelTakesThem() throws IOException {
        notifier("@notify/@1").ready();
        assertEquals(List.of("\0notify/@1 READY=1"), sent);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void saysNothingOutsideSystemd(String notifySocket) throws IOException {
        tellAll(notifySocket);
        assertEquals(List.of(), sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify", "vsock:2:1234"})
    void canNotTellOtherKindsOfAddress(String notifySocket) {
        Notifier notifier = notifier(notifySocket);
        assertThrows(IOException.class, notifier::ready);
        assertEquals(List.of(), sent);
    }

    @Test
    void passesOnThatSystemdCannotBeTold() {
        Notifier notifier = new Notifier("/n", (address, message, descriptors) -> {
            throw new IOException("gone");
        });
        assertThrows(IOException.class, notifier::ready);
    }

    @Test
    void tellsThatItWorksAndHowItIsDoing() throws IOException {
        Notifier notifier = notifier("/n");
        notifier.watchdog();
        notifier.status("3 queries a second");
        assertEquals(List.of("/n WATCHDOG=1", "/n STATUS=3 queries a second"), sent);
    }

    @Test
    void theWatchdogIsMeantForOneProcess() {
        String own = Long.toString(ProcessHandle.current().pid());
        assertEquals(Optional.of(Duration.ofSeconds(10)), Notifier.watchdogPeriod("10000000", own));
        assertEquals(Optional.of(Duration.ofSeconds(10)), Notifier.watchdogPeriod("10000000", null));
        assertEquals(Optional.empty(), Notifier.watchdogPeriod("10000000", "1"));
        assertEquals(Optional.empty(), Notifier.watchdogPeriod(null, own));
        assertEquals(Optional.empty(), Notifier.watchdogPeriod("0", own));
        assertEquals(Optional.empty(), Notifier.watchdogPeriod("soon", own));
    }

    private void tellAll(String notifySocket) throws IOException {
        Notifier notifier = notifier(notifySocket);
        notifier.ready();
        notifier.stopping();
    }

    private Notifier notifier(String notifySocket) {
        return new Notifier(
                notifySocket,
                (address, message, descriptors) -> sent.add(address + " " + new String(message, StandardCharsets.UTF_8)
                        + (descriptors.length == 0 ? "" : " " + Arrays.toString(descriptors))));
    }
}
