package org.waymark.doctor;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetworkNamespace;
import org.waymark.programs.HostProgram;
import org.waymark.ruleset.RulesetCopy;

/**
 * Tries out the host's rules on packets of its clients, where nobody is disturbed: a network of its own has the same interfaces, addresses
 * and rules as the host, and a second one, behind its links, has the clients. Packets take their way through the kernel, whatever the rules
 * are made of. What a rule tells by anything else, such as a socket's user or a route, may differ.
 */
final class Rehearsal implements AutoCloseable {
    private static final long READY_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Hardware addresses that nobody has been given (locally administered). */
    private static final String HOST = "02:00:00:00:00:01";

    private static final String CLIENT = "02:00:00:00:00:02";

    private final NetworkNamespace host;
    private final NetworkNamespace clients;

    private Rehearsal() throws LinuxException {
        host = NetworkNamespace.open();
        try {
            clients = NetworkNamespace.open();
        } catch (LinuxException e) {
            host.close();
            throw e;
        }
    }

    /**
     * Tries out a query of each client, the answer, and a second query.
     *
     * @param performers the clients
     * @param links the host's links and addresses
     * @param rules the host's rules
     * @param stage the ports and zones
     * @param ownTable adds Waymark's own table
     * @return what became of each client's packets, in their order
     * @throws LinuxException EPERM without CAP_SYS_ADMIN or CAP_NET_ADMIN
     * @throws IllegalStateException if the rules or the links can't be copied; the message says why
     */
    static List<TriedQuery> run(
            List<TriedClient> performers,
            Links links,
            RulesetCopy rules,
            TriedQuery.Stage stage,
            Callable<Closeable> ownTable)
            throws LinuxException {
        try (Rehearsal rehearsal = new Rehearsal()) {
            rehearsal.connect(performers, links);
            List<String> problems = rehearsal.host.in(rules::load);
            if (!problems.isEmpty()) {
                throw new IllegalStateException(String.join("; ", problems));
            }
            List<TriedQuery> tried = new ArrayList<>();
            Closeable table = rehearsal.host.in(ownTable);
            try {
                for (TriedClient client : performers) {
                    rehearsal.takeOn(client, linkNames(performers).get(client.link()));
                    tried.add(TriedQuery.of(client, stage, rehearsal.host, rehearsal.clients));
                }
            } finally {
                close(table);
            }
            return tried;
        }
    }

    private static void close(Closeable table) {
        try {
            table.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The clients' ends of the links, by the host's. */
    private static Map<String, String> linkNames(List<TriedClient> performers) {
        Map<String, String> names = new LinkedHashMap<>();
        performers.forEach(client -> names.computeIfAbsent(client.link(), link -> "c" + names.size()));
        return names;
    }

    /** Gives the host all its links; those that clients are on lead to them. */
    private void connect(List<TriedClient> performers, Links links) throws LinuxException {
        skipAddressDetection(host);
        skipAddressDetection(clients);
        Map<String, String> leadingToClients = linkNames(performers);
        StringBuilder atHost = new StringBuilder("link set lo up\n");
        for (Links.Link link : links.all()) {
            String other = leadingToClients.get(link.name());
            atHost.append("link add ")
                    .append(link.name())
                    .append(" address ")
                    .append(HOST)
                    .append(" type veth peer name ");
            String peer = "x" + link.index();
            atHost.append(other == null ? peer + "\nlink set " + peer + " up" : other + " netns " + clients.id());
            atHost.append('\n');
            link.addresses().forEach(address -> atHost.append("address add ")
                    .append(address)
                    .append(" dev ")
                    .append(link.name())
                    .append(address.contains(":") ? " nodad\n" : "\n"));
            atHost.append("link set ").append(link.name()).append(" up\n");
        }
        performers.forEach(client -> atHost.append("route replace ")
                .append(client.address().getHostAddress())
                .append(" dev ")
                .append(client.link())
                .append('\n'));
        ip(host, atHost.toString());
        String atClients = leadingToClients.values().stream()
                .map(end -> "link set " + end + " up\n")
                .collect(Collectors.joining("", "link set lo up\n", ""));
        ip(clients, atClients);
        awaitReady(host);
        awaitReady(clients);
    }

    /** The kernel notices only after some time, up to a second, that a link has both ends. Before, it sends nothing over it. */
    private static void awaitReady(NetworkNamespace where) throws LinuxException {
        long start = System.nanoTime();
        while (where.in(Rehearsal::isWaiting) && System.nanoTime() - start < READY_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean isWaiting() {
        String links = output("-o", "link", "show", "type", "veth");
        return links.lines().anyMatch(line -> !line.contains(" state UP "))
                || !output("-6", "-o", "address", "show", "tentative").isEmpty();
    }

    private static String output(String... arguments) {
        return HostProgram.run("ip", arguments).map(HostProgram.Result::output).orElse("");
    }

    /** Makes the other end of the link this client. Both ends know each other, so that no packet waits until a neighbour is found. */
    private void takeOn(TriedClient client, String end) throws LinuxException {
        String address = client.address().getHostAddress();
        String asked = client.asked().getHostAddress();
        String hardware = client.hardwareAddress() == null ? CLIENT : client.hardwareAddress();
        String noDetection = client.address() instanceof Inet6Address ? " nodad" : "";
        ip(clients, """
                link set %1$s address %2$s
                address add %3$s dev %1$s%4$s
                route replace %5$s dev %1$s
                neighbour replace %5$s dev %1$s lladdr %6$s nud permanent
                """.formatted(end, hardware, address, noDetection, asked, HOST));
        ip(host, "neighbour replace %s dev %s lladdr %s nud permanent%n".formatted(address, client.link(), hardware));
    }

    /** Or else the kernel would wait a second whether somebody else has an IPv6 address, before it finds neighbours with it. */
    private static void skipAddressDetection(NetworkNamespace where) throws LinuxException {
        run(
                where,
                "cd /proc/sys/net/ipv6/conf 2>/dev/null || exit 0; echo 0 > default/accept_dad; echo 0 > all/accept_dad",
                "sh");
    }

    private static void ip(NetworkNamespace where, String commands) throws LinuxException {
        run(where, commands, "ip", "-batch", "-");
    }

    private static void run(NetworkNamespace where, String input, String program, String... arguments)
            throws LinuxException {
        HostProgram.Result result = where.in(() -> HostProgram.runWithInput(input, program, arguments))
                .orElseThrow(() -> new IllegalStateException(program + " is not installed"));
        if (!result.succeeded()) {
            throw new IllegalStateException(program + ": " + result.errors().strip());
        }
    }

    @Override
    public void close() {
        host.close();
        clients.close();
    }
}
