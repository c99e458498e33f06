package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.waymark.programs.HostProgram;
import org.waymark.programs.IpVersion;

/**
 * The tables of every iptables of the host, in the namespace of the thread that reads them.
 *
 * @param tables the tables
 * @param problems what could not be read, for people
 */
record SavedTables(List<SavedTable> tables, List<String> problems) {
    SavedTables {
        tables = List.copyOf(tables);
        problems = List.copyOf(problems);
    }

    static SavedTables read() {
        List<SavedTable> tables = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (IpVersion version : IpVersion.values()) {
            IptablesProgram.find(Tool.IPTABLES_NFT, version).ifPresent(program -> save(program, tables, problems));
            readLegacy(version, tables, problems);
        }
        return new SavedTables(tables, problems);
    }

    /** Asks the legacy back end only if the kernel has tables of it, because it would load its kernel modules. */
    private static void readLegacy(IpVersion version, List<SavedTable> tables, List<String> problems) {
        String names = HostProgram.run("cat", "/proc/net/" + version.nft() + "_tables_names")
                .map(HostProgram.Result::output)
                .orElse("");
        if (names.isBlank()) {
            return;
        }
        Optional<IptablesProgram> program = IptablesProgram.find(Tool.IPTABLES_LEGACY, version);
        program.ifPresentOrElse(
                legacy -> save(legacy, tables, problems),
                () -> problems.add(
                        "%1$s-legacy-save is not installed, but the kernel has legacy tables (/proc/net/%2$s_tables_names): %3$s"
                                .formatted(
                                        version.iptables(),
                                        version.nft(),
                                        String.join(", ", names.lines().toList()))));
    }

    private static void save(IptablesProgram program, List<SavedTable> tables, List<String> problems) {
        HostProgram.run(program.save()).ifPresent(result -> {
            tables.addAll(SavedTable.parse(program, result.output()));
            if (!result.succeeded()) {
                problems.add(program.save() + ": " + result.errors().strip());
            }
        });
    }
}
