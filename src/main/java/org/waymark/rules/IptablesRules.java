package org.waymark.rules;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import org.waymark.programs.IpVersion;

/** The rules of one IP version as iptables-restore or ip6tables-restore reads them, in chains of their own. */
final class IptablesRules {
    private static final int ALL = 0xffff_ffff;

    private final IpVersion version;
    private final Basis basis;
    private final Tasks tasks;
    private final List<String> lines = new ArrayList<>();

    private IptablesRules(IpVersion version, Basis basis, Tasks tasks) {
        this.version = version;
        this.basis = basis;
        this.tasks = tasks;
    }

    /** The text for one IP version. Chains that are declared are emptied first, so nothing is there twice. */
    static String of(IpVersion version, Basis basis, Tasks tasks) {
        IptablesRules rules = new IptablesRules(version, basis, tasks);
        rules.addMarks();
        rules.addTranslation();
        return rules.lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private void addMarks() {
        int mask = basis.mask();
        int outgoing = basis.outgoing();
        lines.add("*mangle");
        lines.add(":WAYMARK-PREROUTING - [0:0]");
        lines.add(":WAYMARK-INPUT - [0:0]");
        lines.add(":WAYMARK-OUTPUT - [0:0]");
        comment(Reasons.RESTORE);
        lines.add("-A WAYMARK-PREROUTING -j CONNMARK --restore-mark" + masks(mask));
        comment(Reasons.ANSWERS);
        lines.add("-A WAYMARK-PREROUTING -m conntrack --ctdir REPLY" + notFrom(basis.ports()) + " -j RETURN");
        List<Client> clients =
                tasks.clients().stream().filter(client -> client.isOf(version)).toList();
        if (!clients.isEmpty()) {
            comment(Reasons.clients(false));
            clients.forEach(client -> lines.add("-A WAYMARK-PREROUTING -m mark --mark " + mark(0, mask) + " "
                    + match(client) + " -j MARK --set-xmark " + mark(client.mark(), mask)));
        }
        comment(Reasons.SAVE);
        lines.add("-A WAYMARK-PREROUTING -j CONNMARK --save-mark" + masks(mask));
        if (basis.answersByMark(tasks)) {
            comment(Reasons.OTHER_SERVICES);
            lines.add("-A WAYMARK-INPUT -p tcp -m conntrack --ctdir ORIGINAL -m multiport ! --dports "
                    + basis.ports().stream().map(String::valueOf).collect(Collectors.joining(","))
                    + " -j MARK --set-xmark " + mark(0, outgoing));
        }
        comment(Reasons.output(basis));
        lines.add("-A WAYMARK-OUTPUT -m mark ! --mark " + mark(0, outgoing) + " -j CONNMARK --save-mark"
                + masks(outgoing));
        lines.add("COMMIT");
    }

    private void addTranslation() {
        lines.add("*nat");
        lines.add(":WAYMARK-PREROUTING - [0:0]");
        lines.add(":WAYMARK-POSTROUTING - [0:0]");
        basis.reachable(version).ifPresent(this::addRedirects);
        if (!tasks.routes().isEmpty()) {
            comment(Reasons.MASQUERADE);
        }
        for (Route route : tasks.routes()) {
            MarkMask mark = route.under(basis.outgoing());
            lines.add("-A WAYMARK-POSTROUTING -o " + route.link() + " -m mark --mark " + mark(mark.value(), mark.mask())
                    + " -j MASQUERADE");
        }
        lines.add("COMMIT");
    }

    private void addRedirects(InetSocketAddress local) {
        if (!tasks.redirects().isEmpty()) {
            comment(Reasons.REDIRECT);
        }
        String target = local.getAddress().isAnyLocalAddress()
                ? "REDIRECT --to-ports " + local.getPort()
                : "DNAT --to-destination " + Addresses.withPort(local);
        for (String link : tasks.redirects()) {
            for (String protocol : List.of("udp", "tcp")) {
                lines.add("-A WAYMARK-PREROUTING -i " + link + " -p " + protocol + " --dport 53 -j " + target);
            }
        }
    }

    private void comment(String text) {
        lines.addAll(Comments.of(text, 0));
    }

    private static String match(Client client) {
        return switch (client.trait()) {
            case HARDWARE_ADDRESS -> "-m mac --mac-source " + client.value();
            case ADDRESS -> "-s " + client.value();
            case INTERFACE -> "-i " + client.value();
        };
    }

    private static String notFrom(List<Integer> ports) {
        return ports.stream().map(port -> " ! --ctorigsrcport " + port).collect(Collectors.joining(" -m conntrack"));
    }

    private static String masks(int bits) {
        return bits == ALL ? "" : " --nfmask " + Mark.format(bits) + " --ctmask " + Mark.format(bits);
    }

    private static String mark(int value, int bits) {
        return bits == ALL ? Integer.toUnsignedString(value) : new MarkMask(value, bits).toString();
    }
}
