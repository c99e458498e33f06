package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetworkNamespace;
import org.waymark.programs.HostProgram;

/**
 * What a host lacks of a script's rules, routes and settings, and what it has of another script's. To find it, this runs the script in a network of its own, and compares what the
 * host's programs list there and on the host. So it need not know how they write a rule.
 *
 * @param missing a line for people about each rule, route or setting that is missing or stands in another order
 * @param leftOver a line for people about each rule or route of Waymark that the script would remove
 */
public record Differences(List<String> missing, List<String> leftOver) {
    public Differences {
        missing = List.copyOf(missing);
        leftOver = List.copyOf(leftOver);
    }

    /**
     * @param script what the host should have
     * @return how the host differs
     * @throws LinuxException EPERM without the right to make a network namespace
     * @throws IllegalStateException if the script can't be run there; the message is for people
     */
    public static Differences of(RulesScript script) throws LinuxException {
        List<Listing> listings = script.listings();
        List<String> withoutIpv6 =
                script.links().stream().filter(Differences::hasNoIpv6).toList();
        List<List<Listing.Line>> wanted = NetworkNamespace.inNew(() -> {
            makeLinks(script.links(), withoutIpv6);
            run("sh", script.text());
            return listings.stream().map(Listing::read).toList();
        });
        List<String> missing = new ArrayList<>();
        List<String> leftOver = new ArrayList<>();
        for (int i = 0; i < listings.size(); i++) {
            Listing listing = listings.get(i);
            List<Listing.Line> present = listing.read();
            Listing.missing(wanted.get(i), present).map(Listing.Line::toString).forEach(missing::add);
            listing.leftOver(wanted.get(i), present).map(Listing.Line::toString).forEach(leftOver::add);
        }
        return new Differences(missing, leftOver);
    }

    /** Whether the host has switched IPv6 off on a link: then the script leaves it out. */
    private static boolean hasNoIpv6(String link) {
        return HostProgram.run("cat", disableIpv6(link))
                .filter(result -> result.output().strip().equals("1"))
                .isPresent();
    }

    private static String disableIpv6(String link) {
        return "/proc/sys/net/ipv6/conf/" + link + "/disable_ipv6";
    }

    /** Links of the names that the script needs; their kind does not matter, and not every kernel has every kind. */
    private static void makeLinks(List<String> links, List<String> withoutIpv6) {
        run("sh", "ip link set lo up");
        for (String link : links) {
            run(
                    "sh",
                    "(ip link add " + link + " type dummy || ip link add " + link + " type veth) && ip link set " + link
                            + " up"
                            + (withoutIpv6.contains(link) ? " && echo 1 > " + disableIpv6(link) : ""));
        }
    }

    private static void run(String program, String input) {
        HostProgram.Result result = HostProgram.runWithInput(input, program)
                .orElseThrow(() -> new IllegalStateException(program + " is not installed"));
        if (!result.succeeded()) {
            throw new IllegalStateException("the rules can't be loaded in a network of their own: "
                    + result.errors().strip());
        }
    }
}
