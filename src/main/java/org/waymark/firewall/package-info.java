/**
 * What Waymark adds to the host's firewall: its own table in nftables, for its own packets and for those that the kernel sends for it. It
 * reads the sets that count traffic by mark. It never touches other programs' tables, and never decides about their packets.
 */
package org.waymark.firewall;
