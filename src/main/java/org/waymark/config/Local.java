package org.waymark.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What is answered here: the section {@code [local]}, and every {@code [[record]]}.
 *
 * @param specialNames whether special-use names such as localhost are answered here, unless a domain routes them
 * @param hosts hosts files whose names are answered here; absolute paths
 * @param records the records in the configuration itself
 */
public record Local(boolean specialNames, List<Path> hosts, List<OwnRecord> records) {
    public Local {
        hosts = List.copyOf(hosts);
        records = List.copyOf(records);
    }

    static Local from(Section file) {
        Section local = file.section("local");
        Kind<Path> path = Kind.text("the absolute path of a hosts file such as \"/etc/hosts\"", Kind::absolutePath);
        boolean specialNames = local.value("special-names", Kind.flag(), true);
        List<Path> hosts = local.anyList("hosts", path);
        return new Local(specialNames, hosts, OwnRecord.allFrom(file, !hosts.isEmpty()));
    }
}
