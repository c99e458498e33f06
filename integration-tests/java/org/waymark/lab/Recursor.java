package org.waymark.lab;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** PowerDNS Recursor with a response policy zone. What the zone lets pass, it asks another server for. */
public final class Recursor implements AutoCloseable {
    private final InetSocketAddress address;
    private final ServerProcess process;

    private Recursor(InetSocketAddress address, ServerProcess process) {
        this.address = address;
        this.process = process;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param zone the file that has the zone
     * @param server where it sends queries
     */
    public static Recursor start(Lab lab, InetSocketAddress address, Path zone, InetSocketAddress server) {
        String options = String.join(
                " ",
                "--local-address=" + text(address),
                "--forward-zones-recurse=.=" + text(server),
                "--config-dir=" + zone.getParent(),
                "--socket-dir=" + zone.getParent(),
                "--allow-from=0.0.0.0/0",
                "--dont-query=",
                "--dnssec=off",
                "--threads=1",
                "--write-pid=no",
                "--daemon=no");
        ServerProcess process = ServerProcess.start(
                lab,
                "rpzFile(\"" + zone + "\")",
                () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address)),
                "sh",
                "-c",
                "exec pdns_recursor " + options + " --lua-config-file=\"$0\"");
        return new Recursor(address, process);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Where it takes queries. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
