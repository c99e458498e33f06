package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Host;
import org.waymark.lab.Waiting;

/** Whoever does what the recipes in docs say, command by command, sees what they show. */
class RecipesIT {
    @Test
    void lanResolverWorks() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            lab.lab()
                    .shell(
                            Host.GATEWAY,
                            "dnsmasq --conf-file=/dev/null --pid-file --user=root --no-resolv --no-hosts --bind-interfaces"
                                    + " --listen-address=127.0.0.53 --server=10.99.0.53");
            lab.write(Host.GATEWAY, "/etc/resolv.conf", "nameserver 127.0.0.53\n");
            lab.write(
                    Host.GATEWAY,
                    "/run/systemd/resolve/resolv.conf",
                    "nameserver 10.99.0.53\nnameserver 2001:db8:99::53\n");
            assertEquals(List.of("apt-get install dnsmasq"), lab.follow(Recipe.of("recipe-lan-resolver.md")));
        }
    }

    @Test
    void captivePortalWorks() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(List.of("apt-get install dnsmasq"), lab.follow(Recipe.of("recipe-captive-portal.md")));
        }
    }

    @Test
    void uplinksWork() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(List.of(), lab.follow(Recipe.of("recipe-uplinks.md")));
        }
    }

    @Test
    void dnsmasqAndWaymarkAnswerAlike() {
        try (RecipeLab lab = new RecipeLab(Waiting.PATIENCE)) {
            assertEquals(List.of(), lab.follow(Recipe.of("coming-from-dnsmasq.md")));
        }
    }
}
