package org.waymark.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.waymark.config.AccountRule;
import org.waymark.firewall.CountedLeg;
import org.waymark.mark.MarkMask;

class LedgerTest {
    private static final CountedLeg UP = CountedLeg.FORWARDED_UP;

    private final Ledger ledger = new Ledger();

    private static AccountRule account(String mark, String name) {
        return new AccountRule(MarkMask.parse(mark), name, Optional.empty(), Optional.empty());
    }

    private long up(String key) {
        return ledger.balance(key).total[2 * UP.ordinal()];
    }

    @Test
    void addsOnlyWhatHasComeSinceTheLastReading() {
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 10);
        ledger.begin(UP, "1");
        assertFalse(ledger.show(UP, 137, 1000, 10));
        assertTrue(ledger.show(UP, 137, 1500, 11));

        assertEquals(1500, up("0x89/0xffffffff"));
        assertEquals(11, ledger.balance("0x89/0xffffffff").total[1]);
    }

    @Test
    void addsAllOfACounterThatHasBegunAnew() {
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 10);
        ledger.show(UP, 137, 300, 3);

        assertEquals(1300, up("0x89/0xffffffff"));
    }

    @Test
    void addsAllOfTheCountersOfAnotherSetEvenIfTheyShowMore() {
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 10);
        assertTrue(ledger.begin(UP, "2"));
        ledger.show(UP, 137, 5000, 50);

        assertEquals(6000, up("0x89/0xffffffff"));
    }

    @Test
    void anElementThatOneReadingMissesIsNotCountedTwice() {
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 10);
        ledger.end();
        ledger.end();
        ledger.show(UP, 137, 1000, 10);

        assertEquals(1000, up("0x89/0xffffffff"));
    }

    @Test
    void ofSeveralAccountsTheFirstThatMatchesCounts() {
        ledger.accounts(List.of(account("137/0xff", "room 137"), account("0x100/0xf00", "guests")));
        ledger.begin(UP, "1");
        ledger.show(UP, 0x189, 10, 1);
        ledger.show(UP, 0x101, 200, 1);
        ledger.show(UP, 0x102, 3000, 1);

        assertEquals(10, up("0x89/0xff"));
        assertEquals(3200, up("0x100/0xf00"));
        assertEquals(
                List.of("room 137", "guests"),
                ledger.sums(key -> ledger.balance(key).total).stream()
                        .map(Sum::name)
                        .toList());
    }

    @Test
    void marksThatAreTooManyAreAddedUpTogetherAndNothingIsLost() {
        ledger.accounts(List.of(account("0x1ffff", "the last")));
        ledger.begin(UP, "1");
        for (int mark = 0; mark < 65_536; mark++) {
            ledger.show(UP, mark, mark, 1);
        }
        ledger.show(UP, 0x1ffff, 7, 1);
        List<Sum> sums = ledger.sums(key -> ledger.balance(key).total);

        assertEquals(Ledger.MOST_MARKS + 2, sums.size());
        assertEquals("the last", sums.get(0).name());
        assertEquals(7, sums.get(0).traffic().up().bytes());
        assertEquals(
                65_535L * 65_536 / 2 + 7,
                sums.stream().mapToLong(sum -> sum.traffic().up().bytes()).sum());
        assertTrue(up(Ledger.OTHER) > 0);
    }

    @Test
    void aMarkThatGetsAnAccountLaterCountsForItFromThenOn() {
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 1);
        ledger.accounts(List.of(account("137/0xff", "room 137")));
        ledger.show(UP, 137, 1500, 2);

        assertEquals(1000, up("0x89/0xffffffff"));
        assertEquals(500, up("0x89/0xff"));
    }

    @Test
    void aSumThatIsBegunAnewIsKeptApart() {
        ledger.accounts(List.of(account("137", "room 137")));
        ledger.begin(UP, "1");
        ledger.show(UP, 137, 1000, 1);
        ledger.balance("0x89/0xffffffff").beginAnew();
        ledger.show(UP, 137, 1300, 2);
        Sum sum = ledger.sums(key -> ledger.balance(key).total).get(0);

        assertEquals(300, sum.traffic().up().bytes());
        assertEquals(1000, sum.ended().up().bytes());
    }

    @Test
    void theInternetIsAllButTheDnsOfTheClient() {
        ledger.accounts(List.of(account("137", "room 137")));
        int bytes = 1;
        for (CountedLeg leg : CountedLeg.values()) {
            ledger.begin(leg, "1");
            ledger.show(leg, 137, bytes, 1);
            bytes *= 10;
        }
        Legs legs = ledger.sums(key -> ledger.balance(key).total).get(0).traffic();

        assertEquals(1011, legs.internet().bytes());
        assertEquals(100, legs.clientDns().bytes());
    }
}
