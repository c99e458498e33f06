package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendBatchTest {
    private static final ByteBuffer MESSAGE = ByteBuffer.wrap(new byte[] {1, 2, 3});

    /** A failure may cause the socket to be closed, and its number may soon belong to another socket. */
    @Test
    void tellsOfFailuresWhenEverythingElseHasBeenSent() throws LinuxException {
        Endpoint server = loopback();
        try (Socket client = Socket.udpFor(server);
                SendBatch batch = new SendBatch(3)) {
            Socket former = Socket.udpFor(server);
            former.bind(server);
            server.set(former.local());
            client.connect(server);
            former.close();
            batch.add(MESSAGE, 0, 1);
            batch.send(client, (index, errno) -> {});
            try (Socket present = Socket.udpFor(server);
                    ReceiveBatch received = new ReceiveBatch(3)) {
                present.bind(server);
                List<String> told = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    batch.add(MESSAGE, 0, i + 1);
                }
                batch.send(
                        client,
                        (index, errno) -> told.add(index + " " + errno.number() + ": " + count(received, present)));

                assertEquals(List.of("0 " + Errno.ECONNREFUSED.number() + ": 2"), told);
            }
        }
    }

    @Test
    void refusesASocketThatIsClosed() throws LinuxException {
        Socket socket = Socket.udpFor(loopback());
        socket.close();
        try (SendBatch batch = new SendBatch(1)) {
            batch.add(MESSAGE, 0, MESSAGE.limit());
            assertThrows(IllegalStateException.class, () -> batch.send(socket, (index, errno) -> {}));
        }
        assertThrows(IllegalStateException.class, () -> socket.connect(loopback()));
    }

    private static int count(ReceiveBatch received, Socket socket) {
        try {
            return received.receive(socket);
        } catch (LinuxException e) {
            throw new AssertionError(e);
        }
    }

    private static Endpoint loopback() {
        return Endpoint.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
}
