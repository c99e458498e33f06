package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UnixDatagramTest {
    /** More than may wait for a receiver by default. */
    private static final int MESSAGES = 1_000;

    private static final byte[] MESSAGE = "READY=1".getBytes(StandardCharsets.UTF_8);

    @Test
    void waitsForAReceiverThatIsBusy() throws Exception {
        String name = "\0waymark-test-" + ProcessHandle.current().pid();
        try (Socket receiver = bound(name);
                ReceiveBatch batch = ReceiveBatch.ofConnected(1)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAll(name));
            int received = 0;
            while (received < MESSAGES && !sent.isCompletedExceptionally()) {
                received += batch.receive(receiver);
                Thread.onSpinWait();
            }
            sent.join();
            assertEquals(MESSAGES, received);
        }
    }

    private static void sendAll(String name) {
        try {
            for (int i = 0; i < MESSAGES; i++) {
                UnixDatagram.send(name, MESSAGE);
            }
        } catch (LinuxException e) {
            throw new AssertionError(e);
        }
    }

    private static Socket bound(String name) throws LinuxException {
        Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        try (NativeMemory address = NativeMemory.allocate(Short.BYTES + bytes.length)) {
            address.host().putShort(0, (short) Socket.AF_UNIX);
            address.host().put(Short.BYTES, bytes);
            Native.check("bind", Native.LIBC.bind(socket.fd(), address.address(), Short.BYTES + bytes.length));
        }
        return socket;
    }
}
