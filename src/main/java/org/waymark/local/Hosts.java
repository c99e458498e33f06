package org.waymark.local;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.waymark.dns.DomainName;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.ReverseNames;

/**
 * The records of a hosts file (man 5 hosts). For each line, all names get the address, and the address gets the line's
 * first name. If an address is on several lines, it gets the name of the first of them.
 */
public final class Hosts {
    /** The TTL of all records in seconds: short, since the file may change at any time. */
    private static final int TTL = 60;

    private final Map<DomainName, List<ResourceRecord>> records = new HashMap<>();
    private final List<Integer> badLines = new ArrayList<>();

    private Hosts() {}

    /** Reads the text of a hosts file, and skips lines that can't be read. */
    public static Hosts parse(String text) {
        Hosts hosts = new Hosts();
        String[] lines = text.split("\\R");
        for (int i = 0; i < lines.length; i++) {
            String content = lines[i].replaceFirst("#.*", "").strip();
            if (!content.isEmpty() && !hosts.add(content.split("\\s+"))) {
                hosts.badLines.add(i + 1);
            }
        }
        return hosts;
    }

    /** The numbers of the lines that were skipped, counted from 1, in their order. */
    public List<Integer> badLines() {
        return Collections.unmodifiableList(badLines);
    }

    Map<DomainName, List<ResourceRecord>> records() {
        return records;
    }

    private boolean add(String[] words) {
        // A scope has no meaning on other hosts.
        byte[] bytes = words[0].contains("%") ? null : NetUtil.createByteArrayFromIpAddressString(words[0]);
        if (bytes == null || words.length < 2) {
            return false;
        }
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            List<DomainName> names = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                names.add(hostName(words[i]));
            }
            ResourceRecord record = ResourceRecord.address(address, TTL);
            names.forEach(name -> put(name, record));
            records.putIfAbsent(
                    ReverseNames.of(address), List.of(ResourceRecord.name(ResourceRecord.PTR, names.get(0), TTL)));
            return true;
        } catch (IllegalArgumentException | UnknownHostException noName) {
            return false;
        }
    }

    private static DomainName hostName(String text) {
        DomainName name = DomainName.parse(text);
        if (name.isRoot() || name.isWildcard()) {
            throw new IllegalArgumentException("\"" + text + "\" is not the name of a host");
        }
        return name;
    }

    private void put(DomainName name, ResourceRecord record) {
        List<ResourceRecord> ofName = records.computeIfAbsent(name, absent -> new ArrayList<>(1));
        if (!ofName.contains(record)) {
            ofName.add(record);
        }
    }
}
