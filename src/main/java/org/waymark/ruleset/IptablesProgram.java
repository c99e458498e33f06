package org.waymark.ruleset;

import java.util.Optional;
import java.util.stream.Stream;
import org.waymark.programs.HostProgram;
import org.waymark.programs.IpVersion;

/**
 * An iptables of the host with a back end of its own. A host may have both back ends: one of them under the plain name, and each under a
 * name that says which it is.
 *
 * @param tool {@link Tool#IPTABLES_NFT} or {@link Tool#IPTABLES_LEGACY}
 * @param version the version of IP
 * @param name the name of the program, such as {@code iptables} or {@code ip6tables-legacy}
 */
record IptablesProgram(Tool tool, IpVersion version, String name) {
    /** Finds the program for a back end, by its plain name if this is what the plain name stands for. */
    static Optional<IptablesProgram> find(Tool tool, IpVersion version) {
        String plain = version.iptables();
        String explicit = plain + (tool == Tool.IPTABLES_NFT ? "-nft" : "-legacy");
        return Stream.of(plain, explicit)
                .filter(name -> HostProgram.isInstalled(name + "-save"))
                .filter(name -> name.equals(explicit) || backEnd(name) == tool)
                .map(name -> new IptablesProgram(tool, version, name))
                .findFirst();
    }

    /** Before 1.8 iptables had one back end, and its version did not say which. */
    private static Tool backEnd(String name) {
        boolean nft = HostProgram.run(name, "-V")
                .filter(result -> result.output().contains("nf_tables"))
                .isPresent();
        return nft ? Tool.IPTABLES_NFT : Tool.IPTABLES_LEGACY;
    }

    /** The program that writes all its tables. */
    String save() {
        return name + "-save";
    }

    /** The program that loads what {@link #save} has written. */
    String restore() {
        return name + "-restore";
    }
}
