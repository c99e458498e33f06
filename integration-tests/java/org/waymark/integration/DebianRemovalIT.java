package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.BootedDebian;

/** Whoever removes the package has what was there before, and what the administrator has made. */
@ParameterizedClass
@EnumSource
class DebianRemovalIT {
    /** What each installation of any package changes, and each boot. */
    private static final String OF_OTHERS =
            "/(proc|sys|dev|tmp|root|run/(?!waymark)|var/(cache/(apt|ldconfig|debconf)|lib/(apt|dpkg|systemd/(?!deb-systemd)))"
                    + "|var/log/(apt|journal|dpkg|alternatives)|etc/(passwd|group|shadow|gshadow)-|etc/\\.pwd\\.lock).*";

    @Parameter
    private BootedDebian.Release release;

    private DebianGateway gateway;
    private BootedDebian debian;

    @BeforeEach
    void boot() {
        gateway = DebianGateway.boot(release);
        debian = gateway.debian();
    }

    @AfterEach
    void end() {
        gateway.close();
    }

    /** The user stays, as is Debian's custom, because files may still belong to it. */
    @Test
    void purgeLeavesNothingButWhatTheAdministratorMade() {
        Set<String> files = files();
        Set<String> units = units();
        Set<String> users = users();
        gateway.install(DebianGateway.PACKAGE).orFail();
        gateway.awaitAnswer();
        debian.write("/etc/waymark/hosts", "192.168.111.1 gateway.lan\n");

        gateway.apt("remove", "waymark").orFail();
        assertFalse(gateway.isAnswered());
        assertEquals(units, units());
        Set<String> settings = files();
        assertEquals(
                Set.of(),
                added(
                        files,
                        settings,
                        "/(etc/waymark|etc/systemd/system/multi-user.target.wants|var/lib/waymark|var/log/waymark|var/lib/systemd).*"));

        gateway.apt("purge", "waymark").orFail();
        files.add("/etc/waymark");
        files.add("/etc/waymark/hosts");
        assertEquals(Set.of(), added(files, files(), "-"));
        assertEquals(Set.of(), added(files(), files, "-"));
        assertEquals(units, units());
        users.add("waymark");
        assertEquals(users, users());

        gateway.install(DebianGateway.PACKAGE).orFail();
        gateway.awaitAnswer();
        debian.shell("systemctl disable --now waymark");
        gateway.apt("remove", "waymark").orFail();
        gateway.install(DebianGateway.PACKAGE).orFail();
        assertEquals(Set.of("disabled"), lines("systemctl is-enabled waymark || true"), "as the administrator left it");
    }

    private Set<String> files() {
        return lines("find / -xdev -print").stream()
                .filter(path -> !path.matches(OF_OTHERS))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> units() {
        return lines("systemctl list-unit-files --no-legend | awk '{ print $1, $2 }'");
    }

    private Set<String> users() {
        return lines("getent passwd | cut -d : -f 1");
    }

    private Set<String> lines(String command) {
        return debian.shell(command).lines().collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> added(Set<String> before, Set<String> after, String expected) {
        return after.stream()
                .filter(path -> !before.contains(path) && !path.matches(expected))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
