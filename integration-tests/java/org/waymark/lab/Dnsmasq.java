package org.waymark.lab;

import java.net.InetSocketAddress;

/** dnsmasq as a server upstream that knows only what its options say. */
public final class Dnsmasq implements AutoCloseable {
    private final InetSocketAddress address;
    private final ServerProcess process;

    private Dnsmasq(InetSocketAddress address, ServerProcess process) {
        this.address = address;
        this.process = process;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param options lines of its file
     */
    public static Dnsmasq start(Lab lab, InetSocketAddress address, String options) {
        String configuration = """
                no-resolv
                no-hosts
                listen-address=%s
                bind-interfaces
                user=root
                group=root
                %s
                """.formatted(address.getAddress().getHostAddress(), options);
        ServerProcess process = ServerProcess.start(
                lab,
                configuration,
                () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address)),
                "dnsmasq",
                "--keep-in-foreground",
                "-C");
        return new Dnsmasq(address, process);
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
