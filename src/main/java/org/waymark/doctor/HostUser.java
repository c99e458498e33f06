package org.waymark.doctor;

import java.util.OptionalInt;
import org.waymark.programs.HostProgram;

/** Users of the host, wherever it keeps them. */
final class HostUser {
    private static final int ID = 2;

    private HostUser() {}

    /** The user id that belongs to a name. */
    static OptionalInt id(String name) {
        return HostProgram.run("getent", "passwd", name)
                .filter(HostProgram.Result::succeeded)
                .map(result ->
                        OptionalInt.of(Integer.parseUnsignedInt(result.output().split(":")[ID])))
                .orElse(OptionalInt.empty());
    }
}
