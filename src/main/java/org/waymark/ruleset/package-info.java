/**
 * Reads the host's own firewall rules, as far as they matter to marks: those of nft and of both back ends of iptables, as one list in the
 * order in which a packet meets them, and as a copy that loads into another network namespace. The rules come from the programs that made
 * them, never from netlink, and this package never changes a rule of the host: it says by which command people can. Waymark's own tables
 * are left out.
 */
package org.waymark.ruleset;
