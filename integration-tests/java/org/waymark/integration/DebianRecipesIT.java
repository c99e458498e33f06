package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.BootedDebian.Release;
import org.waymark.lab.Waiting;

/** Whoever installs the package on a Debian and does what the recipes in docs say, apt-get and systemctl included, sees what they show. */
@EnabledIf(value = "org.waymark.lab.Terminal#isPossible", disabledReason = "no files of its own in this chroot")
class DebianRecipesIT {
    @Test
    void lanResolverWorksBesideSystemdResolved() {
        follow("recipe-lan-resolver.md", Release.TRIXIE, DebianGateway.SYSTEMD_RESOLVED);
    }

    @Test
    void captivePortalWorks() {
        follow("recipe-captive-portal.md", Release.BOOKWORM, "true");
    }

    @Test
    void uplinksWork() {
        follow("recipe-uplinks.md", Release.TRIXIE, "true");
    }

    /** Installs the package after something else, says yes to apt-get, and leaves nothing out. */
    private static void follow(String document, Release release, String before) {
        try (BootedDebian debian = BootedDebian.boot(release);
                RecipeLab lab = new RecipeLab(Waiting.PATIENCE, debian)) {
            debian.write("/etc/apt/apt.conf.d/yes", "APT::Get::Assume-Yes \"true\";\n");
            debian.write("/etc/resolv.conf", "nameserver 10.99.0.53\n");
            debian.shell(before);
            DebianGateway.bringPackage(debian, DebianGateway.PACKAGE);
            debian.shell("apt-get install " + DebianGateway.PACKAGE);
            assertEquals(List.of(), lab.follow(Recipe.of(document)));
        }
    }
}
