package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;

/** Answers to clients leave without a mark, or, when so configured, with the client's own. */
class AnswerMarksIT {
    private static final Pattern MARK = Pattern.compile("(0x[0-9a-f]+) counter packets");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void collectTheMarksOfAnswers() {
        LAB.rules("--many");
        STUB.reset();
        LAB.loadNft(Host.GATEWAY, """
                table inet answers
                delete table inet answers
                table inet answers {
                    set marks { type mark; size 1000; flags dynamic; counter; }
                    chain postrouting {
                        type filter hook postrouting priority 0;
                        oifname "lan" udp sport 53 update @marks { meta mark }
                        oifname "lan" tcp sport 53 tcp flags & psh == psh update @marks { meta mark }
                    }
                }
                """);
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, 101", "CONNTRACK, 102", "CONNTRACK, 150", "PACKET, 101", "PACKET, 150"})
    void answersCarryTheMarkOfTheClientWhenConfigured(MarkSource source, int client) {
        long mark = client == 150 ? 0 : client;
        assertEquals(Set.of(mark), marksOfAnswers(source, client, mark, "true"));
    }

    /** Such a listener names no address that an answer leaves from. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, 101", "PACKET, 101"})
    void answersOfListenersOnSingleAddressesCarryItToo(MarkSource source, int client) {
        Setup setup = Setup.listeningOn(
                        Family.IPV4.gateway(),
                        Family.IPV4.secondGateway(),
                        Family.IPV6.gateway(),
                        Family.IPV6.secondGateway())
                .marksFrom(source);
        assertEquals(Set.of((long) client), marksOfAnswers(setup, client, client, "true"));
    }

    /** Also where the kernel gives accepted sockets the client's mark, which they would send with. */
    @ParameterizedTest
    @EnumSource
    void answersCarryNoMarkOtherwise(MarkSource source) {
        assertEquals(Set.of(0L), marksOfAnswers(source, 101, 101, "false"));
    }

    private static Set<Long> marksOfAnswers(MarkSource source, int client, long mark, String answers) {
        return marksOfAnswers(Setup.wildcard().marksFrom(source), client, mark, answers);
    }

    private static Set<Long> marksOfAnswers(Setup listening, int client, long mark, String answers) {
        Setup setup = listening.servers(Family.IPV4.upstream(53)).with("mark", "answers = " + answers);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            LAB.acceptMarks(true);
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (Family family : Family.values()) {
                questioner.ask(family.client(client), family.gateway(), mark);
                questioner.ask(family.client(client), family.secondGateway(), mark);
            }
            assertEquals(questioner.queries(), STUB.seen().size(), forwarder::log);
        }
        Set<Long> marks = new TreeSet<>();
        MARK.matcher(LAB.exec(Host.GATEWAY, "nft", "list", "set", "inet", "answers", "marks")
                        .orFail())
                .results()
                .forEach(element -> marks.add(Long.decode(element.group(1))));
        return marks;
    }
}
