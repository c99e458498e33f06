package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A forwarder as a process on the gateway; {@code nsenter} becomes the forwarder, so the process id is the forwarder's. */
final class ForwarderProcess implements Forwarder {
    private static final Duration STOP = Waiting.PATIENCE;

    private final Process process;
    private final Path log;
    private final List<Path> leftovers;

    private ForwarderProcess(Process process, Path log, List<Path> leftovers) {
        this.process = process;
        this.log = log;
        this.leftovers = leftovers;
    }

    /**
     * Starts a forwarder and waits until it listens.
     *
     * @param leftovers files to delete when it has stopped
     */
    static ForwarderProcess start(Lab lab, Setup setup, List<String> command, Path... leftovers) {
        return start(lab, setup, "", command, leftovers);
    }

    /**
     * Starts a forwarder and waits until it listens and its log has this in it.
     *
     * @param leftovers files to delete when it has stopped
     */
    static ForwarderProcess start(Lab lab, Setup setup, String announcement, List<String> command, Path... leftovers) {
        try {
            Path log = Files.createTempFile("waymark-it", ".log");
            ProcessBuilder builder = lab.command(Host.GATEWAY, command.toArray(String[]::new))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("STATE_DIRECTORY", log + ".state");
            Process process = builder.start();
            ForwarderProcess forwarder = new ForwarderProcess(process, log, List.of(leftovers));
            try {
                forwarder.awaitListening(lab, setup);
                forwarder.await(() -> forwarder.log().contains(announcement));
            } catch (Throwable e) {
                forwarder.close();
                throw e;
            }
            return forwarder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int residentMebibytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            String line =
                    lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Integer.parseInt(line.replaceAll("\\D", "")) >> 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void terminate() {
        process.destroy();
    }

    @Override
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still runs after " + patience + ": " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        terminate();
        try {
            awaitExit(STOP);
        } catch (AssertionError e) {
            process.destroyForcibly();
            throw e;
        } finally {
            log.toFile().delete();
            deleteState(Path.of(log + ".state"));
            leftovers.forEach(path -> path.toFile().delete());
        }
    }

    private static void deleteState(Path folder) {
        for (String name : List.of("accounts", "")) {
            folder.resolve(name).toFile().delete();
        }
    }

    private void awaitListening(Lab lab, Setup setup) {
        List<InetSocketAddress> asked =
                setup.listen().isEmpty() ? List.of(Family.IPV4.gateway(), Family.IPV6.gateway()) : setup.listen();
        await(() -> lab.in(Host.GATEWAY, () -> asked.stream()
                .allMatch(address -> takesDatagrams(address) && (setup.isUdpOnly() || takesConnections(address)))));
    }

    private void await(BooleanSupplier started) {
        long deadline = System.nanoTime() + Waiting.PATIENCE.toNanos();
        while (!started.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the forwarder does not start: " + log());
            }
            Waiting.briefly();
        }
    }

    /** Whether a TCP port takes connections and a UDP port, given a byte that is no message, does not refuse it. */
    static boolean listens(InetSocketAddress address) {
        return takesDatagrams(address) && takesConnections(address);
    }

    private static boolean takesDatagrams(InetSocketAddress address) {
        try (DatagramSocket udp = new DatagramSocket()) {
            udp.connect(address);
            udp.send(new DatagramPacket(new byte[1], 1));
            udp.setSoTimeout(20);
            udp.receive(new DatagramPacket(new byte[1], 1));
            return false;
        } catch (PortUnreachableException e) {
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static boolean takesConnections(InetSocketAddress address) {
        try (Socket tcp = new Socket()) {
            tcp.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
