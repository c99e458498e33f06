package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClientSharesTest {
    private final ClientShares shares = new ClientShares(2);

    @Test
    void holdsOneClientToItsShareAndLeavesOthersTheirs() {
        shares.take(1);
        assertFalse(shares.isSpent(1));
        shares.take(1);
        assertTrue(shares.isSpent(1));
        long spent = 0;
        for (int other = 2; other < 1_002; other++) {
            spent += shares.isSpent(other) ? 1 : 0;
        }
        // A hash in 65,536 is shared; that three of a thousand share it would be no chance.
        assertTrue(spent < 3, spent + " other clients are held to it");
        shares.giveBack(1);
        assertFalse(shares.isSpent(1));
    }
}
