/**
 * The bill: what each account has used, as the kernel has counted it by mark. Sums only grow: over a reload of the firewall, and over a
 * restart of Waymark. This package never counts a packet itself, never changes a rule or resets a counter, and never works on a worker's
 * thread.
 */
package org.waymark.accounts;
