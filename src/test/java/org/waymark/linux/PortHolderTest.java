package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortHolderTest {
    @ParameterizedTest
    @CsvSource({
        "3500007F:0035, 127.0.0.53, 53",
        "00000000:14EB, 0.0.0.0, 5355",
        "000080FE00000000FF005450B6AD1DFE:0222, fe80::5054:ff:fe1d:adb6, 546",
        "0000000000000000FFFF00003500007F:0035, 127.0.0.53, 53",
    })
    void readsAddressesAsTheKernelWritesThem(String text, String address, int port) {
        assertEquals(Endpoint.of(new InetSocketAddress(address, port)), PortHolder.endpoint(text));
    }

    @Test
    void namesTheProcessThatHasAPort() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        long own = ProcessHandle.current().pid();
        try (DatagramSocket udp = new DatagramSocket(0, loopback);
                ServerSocket tcp = new ServerSocket(0, 1, loopback)) {
            assertEquals(
                    own, holder("0.0.0.0", udp.getLocalPort()).orElseThrow().pid());
            assertEquals(
                    own, holder("127.0.0.1", tcp.getLocalPort()).orElseThrow().pid());
            assertEquals(Optional.empty(), holder("127.0.0.2", tcp.getLocalPort()));
        }
    }

    private static Optional<PortHolder> holder(String address, int port) {
        return PortHolder.of(Endpoint.of(new InetSocketAddress(address, port)));
    }
}
