package org.waymark.control;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the control socket have in common: a server with commands and a source of events, over a real socket. */
abstract class WithControlSocket {
    final IoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    final Ticker ticker = new Ticker();

    @TempDir
    Path folder;

    ControlServer server;

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    final Path socket() {
        return folder.resolve("control");
    }

    final void start(Patience patience, Command... commands) throws IOException {
        server = ControlServer.open(
                socket(), loops.next(), new Commands(List.of(commands), List.of(ticker), faults::add), patience);
    }

    static Command command(String name, Answer answer) {
        return new Command() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
                return answer.to(arguments);
            }
        };
    }

    interface Answer {
        Map<String, Object> to(Map<String, Object> arguments) throws CommandException;
    }

    static final Command ECHO = command("echo", arguments -> arguments);

    /** Sends what the test lets it send. */
    static final class Ticker implements EventSource {
        final BlockingQueue<EventStream> begun = new LinkedBlockingQueue<>();
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public String name() {
            return "tick";
        }

        @Override
        public Watching begin(Map<String, Object> arguments, EventStream events) throws CommandException {
            if (arguments.containsKey("never")) {
                throw new CommandException("never ticks");
            }
            begun.add(events);
            return ended::countDown;
        }
    }

    /** A client that sends what it likes. */
    final class Raw implements AutoCloseable {
        final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        final BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));

        Raw() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket()));
        }

        void send(String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        boolean isClosedByServer() {
            try {
                send(" ");
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    static String refusal(ControlClient client, String command) {
        return assertThrows(ControlException.class, () -> client.ask(command, Map.of()))
                .getMessage();
    }
}
