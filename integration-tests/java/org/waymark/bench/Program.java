package org.waymark.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Setup;

/** The programs that are measured. All run at once, each on a port of its own, so that all stay warm and none is favoured. */
enum Program {
    WAYMARK("Waymark", 5301) {
        @Override
        Forwarder start(Lab lab) {
            return waymark(lab, MarkSource.CONNTRACK, "0");
        }
    },
    WAYMARK_PACKET("Waymark, packet marks", 5305) {
        @Override
        Forwarder start(Lab lab) {
            return waymark(lab, MarkSource.PACKET, "0");
        }
    },
    WAYMARK_LOOK_UP("Waymark, look-ups", 5306) {
        @Override
        Forwarder start(Lab lab) {
            return waymark(lab, MarkSource.LOOK_UP, "0");
        }
    },
    DNSMASQ_CONNTRACK("dnsmasq --conntrack", 5302) {
        @Override
        Forwarder start(Lab lab) {
            return Forwarders.startDnsmasq(lab, setup(), MANY_CONNECTIONS, "--conntrack");
        }
    },
    DNSMASQ("dnsmasq", 5303) {
        @Override
        Forwarder start(Lab lab) {
            return Forwarders.startDnsmasq(lab, setup(), MANY_CONNECTIONS);
        }
    },
    DNSDIST("dnsdist", 5304) {
        @Override
        Forwarder start(Lab lab) {
            return dnsdist(lab, "");
        }
    },
    WAYMARK_CACHE("Waymark, 16 MiB cache", 5307) {
        @Override
        Forwarder start(Lab lab) {
            return waymark(lab, MarkSource.CONNTRACK, "16MiB");
        }
    },
    WAYMARK_LARGE_CACHE("Waymark, 256 MiB", 5308) {
        @Override
        Forwarder start(Lab lab) {
            return waymark(lab, MarkSource.CONNTRACK, "256MiB");
        }
    },
    UNBOUND("unbound", 5309) {
        @Override
        Forwarder start(Lab lab) {
            Path file = Forwarders.write(unbound());
            return Forwarder.start(lab, setup(), List.of("unbound", "-d", "-c", file.toString()), file);
        }
    },
    DNSDIST_CACHE("dnsdist, packet cache", 5310) {
        @Override
        Forwarder start(Lab lab) {
            return dnsdist(lab, "getPool(\"\"):setCache(newPacketCache(2000000, {maxTTL=86400}))\n");
        }
    },
    /** Knows a single answer; it shows what reading and sending cost. */
    RESPONDER("responder", 5311) {
        @Override
        Forwarder start(Lab lab) {
            String program = System.getProperty("waymark.responder");
            String host = address().getAddress().getHostAddress();
            return Forwarder.start(
                    lab, setup().overUdpOnly(), List.of(program, host, address().getPort() + ""));
        }
    };

    /** dnsmasq takes 20 at a time by itself. */
    private static final String MANY_CONNECTIONS = "--max-tcp-connections=1000";

    private final String title;
    private final int port;

    Program(String title, int port) {
        this.title = title;
        this.port = port;
    }

    /** Whether it is what the others are there for. */
    boolean isWaymark() {
        return name().startsWith(WAYMARK.name());
    }

    /** Starts it and waits until it listens. */
    abstract Forwarder start(Lab lab);

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return new InetSocketAddress(Family.IPV4.gateway().getAddress(), port);
    }

    Setup setup() {
        return Setup.listeningOn(address()).servers(Stub.ADDRESS);
    }

    Forwarder waymark(Lab lab, MarkSource source, String cache) {
        // dnsperf is a single address for all its clients.
        Setup setup = setup().marksFrom(source)
                .with("cache", "size = \"" + cache + "\"")
                .with("limits", "queries-in-flight-per-client = 20000")
                .with("limits", "tcp-connections = 4000")
                .with("limits", "tcp-connections-per-client = 4000");
        return Forwarders.WAYMARK.start(lab, setup);
    }

    Forwarder dnsdist(Lab lab, String settings) {
        Path file = Forwarders.write("""
                setSecurityPollSuffix("")
                setACL("0.0.0.0/0")
                %snewServer("%s")
                %s""".formatted(dnsdistListeners(address()), text(Stub.ADDRESS), settings));
        return Forwarder.start(
                lab, setup(), List.of("dnsdist", "--supervised", "--disable-syslog", "-C", file.toString()), file);
    }

    /** A thread and a socket for each core, as its guide to performance says, and no checks of signatures, which nobody else makes. */
    String unbound() {
        int cores = Runtime.getRuntime().availableProcessors();
        return """
                server:
                  interface: %s@%d
                  access-control: 0.0.0.0/0 allow
                  num-threads: %d
                  so-reuseport: yes
                  msg-cache-slabs: %4$d
                  rrset-cache-slabs: %4$d
                  infra-cache-slabs: %4$d
                  key-cache-slabs: %4$d
                  msg-cache-size: 256m
                  rrset-cache-size: 512m
                  outgoing-range: 8192
                  num-queries-per-thread: 4096
                  incoming-num-tcp: 1000
                  so-rcvbuf: 2m
                  module-config: "iterator"
                  verbosity: 0
                  chroot: ""
                  username: ""
                  directory: "/"
                  pidfile: ""
                  use-syslog: no
                remote-control:
                  control-enable: no
                forward-zone:
                  name: "."
                  forward-addr: %5$s
                """.formatted(
                        address().getAddress().getHostAddress(),
                        address().getPort(),
                        cores,
                        Math.max(2, Integer.highestOneBit(cores)),
                        Stub.ADDRESS.getAddress().getHostAddress());
    }

    /**
     * The listening sockets of dnsdist, one for each core, as its manual advises for many queries. (On two cores it then answered 15 %
     * more than with one, for 10 % more processor time a query.)
     */
    static String dnsdistListeners(InetSocketAddress address) {
        String socket = "(\"%s\", {reusePort=true})%n".formatted(text(address));
        return "setLocal" + socket
                + ("addLocal" + socket).repeat(Runtime.getRuntime().availableProcessors() - 1);
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
