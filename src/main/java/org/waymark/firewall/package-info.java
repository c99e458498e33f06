/**
 * What Waymark adds to the host's firewall: a table of its own in nftables, which the kernel removes together with the process.
 * It never touches a table of somebody else's, and never decides about a packet: all pass.
 */
package org.waymark.firewall;
