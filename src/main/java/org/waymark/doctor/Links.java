package org.waymark.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.waymark.programs.HostProgram;

/**
 * The host's links that are up, without loopback.
 *
 * @param all the links
 */
record Links(List<Link> all) {
    /** As many are copied; a host with hundreds of containers has more. */
    private static final int MOST = 64;

    /**
     * A link.
     *
     * @param name its name
     * @param index its number
     * @param addresses its global addresses with their prefix lengths, {@code 192.0.2.1/24}
     */
    record Link(String name, int index, List<String> addresses) {
        Link {
            addresses = List.copyOf(addresses);
        }
    }

    Links {
        all = List.copyOf(all);
    }

    static Links read() {
        HostProgram.Result result = HostProgram.run("ip", "-j", "address", "show", "up")
                .orElseThrow(() -> new IllegalStateException("ip is not installed (Debian: iproute2)"));
        List<Link> links = new ArrayList<>();
        for (Object each : (List<?>) result.json()) {
            Map<?, ?> link = (Map<?, ?>) each;
            if (links.size() < MOST && link.get("ifname") instanceof String name && !isLoopback(link)) {
                links.add(new Link(name, (Integer) link.get("ifindex"), addresses(link)));
            }
        }
        return new Links(links);
    }

    private static boolean isLoopback(Map<?, ?> link) {
        return "loopback".equals(link.get("link_type"));
    }

    private static List<String> addresses(Map<?, ?> link) {
        List<String> addresses = new ArrayList<>();
        for (Object each : (List<?>) link.get("addr_info")) {
            Map<?, ?> address = (Map<?, ?>) each;
            if ("global".equals(address.get("scope"))) {
                addresses.add(address.get("local") + "/" + address.get("prefixlen"));
            }
        }
        return addresses;
    }
}
