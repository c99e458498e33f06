package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetworkNamespace;
import org.waymark.programs.HostProgram;

/**
 * Finds what a host lacks of a script's rules, routes and settings: it runs the script in a network of its own, and compares what the
 * host's programs list there and on the host. So it need not know how they write a rule.
 */
public final class MissingRules {
    private MissingRules() {}

    /**
     * @param script what the host should have
     * @return a line for people about each rule, route or setting that is missing or stands in another order
     * @throws LinuxException EPERM without the right to make a network namespace
     * @throws IllegalStateException if the script can't be run there; the message is for people
     */
    public static List<String> of(RulesScript script) throws LinuxException {
        List<Listing> listings = script.listings();
        List<List<Listing.Line>> wanted = NetworkNamespace.inNew(() -> {
            makeLinks(script.links());
            run("sh", script.text());
            return listings.stream().map(Listing::read).toList();
        });
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < listings.size(); i++) {
            Listing.missing(wanted.get(i), listings.get(i).read())
                    .map(Listing.Line::toString)
                    .forEach(missing::add);
        }
        return missing;
    }

    /** Links of the names that the script needs; their kind does not matter, and not every kernel has every kind. */
    private static void makeLinks(List<String> links) {
        run("sh", "ip link set lo up");
        for (String link : links) {
            run(
                    "sh",
                    "(ip link add " + link + " type dummy || ip link add " + link + " type veth) && ip link set " + link
                            + " up");
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
