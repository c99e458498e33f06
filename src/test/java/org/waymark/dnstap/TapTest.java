package org.waymark.dnstap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.TapTarget;

@Timeout(60)
class TapTest {
    private static final byte[] TYPE = "protobuf:dnstap.Dnstap".getBytes(US_ASCII);
    private static final int ACCEPT = 1;
    private static final int START = 2;
    private static final int STOP = 3;
    private static final int READY = 4;
    private static final int FINISH = 5;

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void setPath() {
        path = folder.resolve("tap");
    }

    @Test
    void aFileHasTheFramesBetweenStartAndStop() throws IOException {
        Files.writeString(
                path, "something old that is longer than what is written now, which must not be left behind it");
        try (Tap tap = open(false)) {
            FrameRing ring = tap.newRing();
            ring.add(frame("one"));
            ring.add(frame("two"));
        }
        try (Reader file = new Reader(new DataInputStream(Files.newInputStream(path)), null)) {
            file.expectControl(START, TYPE);
            assertEquals("one", file.frame());
            assertEquals("two", file.frame());
            file.expectControl(STOP, null);
            assertEquals(-1, file.in.read());
        }
    }

    @Test
    void aReaderAgreesFirstAndSaysWhenItHasReadEverything() throws Exception {
        try (ServerSocketChannel server = listen()) {
            Tap tap = open(true);
            FrameRing ring = tap.newRing();
            try (Reader reader = Reader.accept(server)) {
                reader.agree();
                ring.add(frame("one"));
                assertEquals("one", reader.frame());
                ring.add(frame("two"));
                assertEquals("two", reader.frame());
                Thread closing = new Thread(tap::close);
                closing.start();
                reader.expectControl(STOP, null);
                reader.control(FINISH, null);
                closing.join();
                assertEquals(-1, reader.in.read());
            }
        }
    }

    @Test
    void aReaderThatComesBackGoesOnWithWholeFrames() throws Exception {
        try (ServerSocketChannel server = listen();
                Tap tap = open(true)) {
            FrameRing ring = tap.newRing();
            try (Reader reader = Reader.accept(server)) {
                reader.agree();
                // More than the kernel keeps for a reader: it goes in the middle of a frame.
                for (int i = 0; i < 20; i++) {
                    ring.add(frame("x".repeat(50_000)));
                }
                assertEquals(50_000, reader.frame().length());
            }
            try (Reader reader = Reader.accept(server)) {
                reader.agree();
                ring.add(frame("last"));
                String frame = reader.frame();
                while (frame.length() == 50_000) {
                    frame = reader.frame();
                }
                assertEquals("last", frame);
            }
        }
    }

    @Test
    void itWaitsForASocketThatIsNotThereYet() throws Exception {
        try (Tap tap = open(true)) {
            tap.newRing().add(frame("one"));
            try (ServerSocketChannel server = listen();
                    Reader reader = Reader.accept(server)) {
                reader.agree();
                assertEquals("one", reader.frame());
            }
        }
    }

    @Test
    void aReaderOfAnotherTypeGetsNothing() throws Exception {
        try (ServerSocketChannel server = listen();
                Tap tap = open(true)) {
            tap.newRing().add(frame("one"));
            try (Reader reader = Reader.accept(server)) {
                reader.expectControl(READY, TYPE);
                reader.control(ACCEPT, "something else".getBytes(US_ASCII));
                assertEquals(-1, reader.in.read());
            }
        }
    }

    @Test
    void aReaderThatNeverReadsHoldsNobodyUp() throws Exception {
        try (ServerSocketChannel server = listen()) {
            Tap tap = open(true);
            FrameRing ring = tap.newRing();
            try (Reader reader = Reader.accept(server)) {
                reader.agree();
                // Until there is no room: the reader takes nothing, and nobody waits for it.
                assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                    while (ring.add(frame("x".repeat(50_000)))) {
                        Thread.onSpinWait();
                    }
                });
                assertTimeoutPreemptively(Duration.ofSeconds(30), tap::close);
            }
        }
    }

    private Tap open(boolean isSocket) {
        return Tap.open(new TapTarget(isSocket, path), 1, "gateway", "Waymark");
    }

    private ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static ByteBuffer frame(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    /** The reader's side of Frame Streams. */
    private record Reader(DataInputStream in, DataOutputStream out) implements AutoCloseable {
        static Reader accept(ServerSocketChannel server) throws IOException {
            SocketChannel socket = server.accept();
            return new Reader(
                    new DataInputStream(Channels.newInputStream(socket)),
                    new DataOutputStream(Channels.newOutputStream(socket)));
        }

        void agree() throws IOException {
            expectControl(READY, TYPE);
            control(ACCEPT, TYPE);
            expectControl(START, TYPE);
        }

        void expectControl(int type, byte[] contentType) throws IOException {
            assertEquals(0, in.readInt());
            assertEquals(contentType == null ? 4 : 12 + contentType.length, in.readInt());
            assertEquals(type, in.readInt());
            if (contentType != null) {
                assertEquals(1, in.readInt());
                assertArrayEquals(contentType, in.readNBytes(in.readInt()));
            }
        }

        void control(int type, byte[] contentType) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(200).putInt(0);
            frame.putInt(contentType == null ? 4 : 12 + contentType.length).putInt(type);
            if (contentType != null) {
                frame.putInt(1).putInt(contentType.length).put(contentType);
            }
            out.write(frame.array(), 0, frame.position());
        }

        String frame() throws IOException {
            return new String(in.readNBytes(in.readInt()), US_ASCII);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
