package org.waymark.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.ServerProcess;

/** The server that is forwarded to: dnsdist, which makes every answer itself, good for a day, and so is several times as fast as any forwarder. */
final class Stub implements AutoCloseable {
    static final InetSocketAddress ADDRESS = Family.IPV4.upstream(53);

    private final Lab lab;
    private final ServerProcess process;

    private Stub(Lab lab, ServerProcess process) {
        this.lab = lab;
        this.process = process;
    }

    /** Starts it and waits until it answers. */
    static Stub start(Lab lab) {
        String configuration = """
                setSecurityPollSuffix("")
                setACL("0.0.0.0/0")
                %saddAction(AllRule(), SpoofAction("192.0.2.1", {ttl=86400}))
                """.formatted(Program.dnsdistListeners(ADDRESS));
        List<String> command = new ArrayList<>(Load.WITHOUT_PREEMPTING);
        command.addAll(List.of("dnsdist", "--supervised", "--disable-syslog", "-C"));
        ServerProcess process =
                ServerProcess.start(lab, configuration, () -> answers(lab), command.toArray(String[]::new));
        return new Stub(lab, process);
    }

    private static boolean answers(Lab lab) {
        Load load = Load.of(lab, ADDRESS, Scenario.PORT_1);
        return load.atMost(10).seconds(1).run().completed() > 0;
    }

    /** A load that no forwarder stands in the way of. */
    Load ask(Scenario scenario) {
        return Load.of(lab, ADDRESS, scenario);
    }

    @Override
    public void close() {
        process.close();
    }
}
