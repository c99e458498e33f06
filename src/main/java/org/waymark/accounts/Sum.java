package org.waymark.accounts;

import java.time.LocalDate;

/**
 * A line of the bill.
 *
 * @param name the account's; empty if the mark has no account
 * @param mark which marks, {@code 0x89/0xff}, or {@code 0x89/0xffffffff} for one; {@code other} for all those that are too many to be told
 *     apart
 * @param traffic what has passed
 * @param ended what earlier sums had that were begun anew, and is not in {@code traffic}
 * @param quotaBytes the account's quota; 0 if it has none
 * @param reached the day on which the quota was reached; null if it has not been, or there is none
 */
public record Sum(String name, String mark, Legs traffic, Legs ended, long quotaBytes, LocalDate reached) {
    /** The same for a part of the time, which no quota is for. */
    Sum withoutQuota() {
        return new Sum(name, mark, traffic, ended, 0, null);
    }
}
