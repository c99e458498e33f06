package org.waymark.ruleset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.waymark.programs.IpVersion;

/**
 * One effect of one rule, at one place of a packet's way. A rule with several effects, or in a chain that several jumps lead to, appears
 * several times.
 *
 * @param tool the tool that shows and deletes it
 * @param versions the versions of IP that it is for
 * @param table its table: {@code mangle}, or {@code inet waymark} with nft
 * @param path the chains that lead to it, from the base chain to its own
 * @param hook the hook of the base chain
 * @param priority the priority of the base chain at its hook; lower ones come first
 * @param text the rule as the tool shows it, or the policy of a base chain
 * @param place where it is, for people: {@code iptables -t mangle, chain PREROUTING, rule 3}
 * @param deletion the command of the shell that deletes it
 * @param effect what it does
 * @param conditions for which packets it does so, with the conditions of the jumps that lead to it
 */
public record HostRule(
        Tool tool,
        Set<IpVersion> versions,
        String table,
        List<String> path,
        Hook hook,
        int priority,
        String text,
        String place,
        String deletion,
        Effect effect,
        Conditions conditions) {
    /** How the names of chains and tables begin that programs make, with the programs. */
    private static final Map<String, String> PROGRAMS = Map.ofEntries(
            Map.entry("ts-", "Tailscale"),
            Map.entry("DOCKER", "Docker"),
            Map.entry("docker-", "Docker"),
            Map.entry("KUBE-", "Kubernetes"),
            Map.entry("kube-proxy", "Kubernetes"),
            Map.entry("cali-", "Calico"),
            Map.entry("firewalld", "firewalld"),
            Map.entry("ufw", "ufw"),
            Map.entry("mwan3", "mwan3"),
            Map.entry("LIBVIRT_", "libvirt"),
            Map.entry("libvirt_", "libvirt"));

    /** Makes the collections immutable. */
    public HostRule {
        versions = Set.copyOf(versions);
        path = List.copyOf(path);
    }

    /**
     * @return the rule's own chain
     */
    public String chain() {
        return path.get(path.size() - 1);
    }

    /**
     * The program that has made the rule, if the names of its table or chain tell. A rule in a chain of the host that only jumps to such
     * chains is the host's.
     *
     * @return the program's name for people
     */
    public Optional<String> program() {
        String tableName = table.substring(table.lastIndexOf(' ') + 1);
        return PROGRAMS.entrySet().stream()
                .filter(known -> chain().startsWith(known.getKey()) || tableName.startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
