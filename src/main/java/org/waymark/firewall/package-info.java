/**
 * What Waymark adds to the host's firewall: a table of its own in nftables, for its own packets and what the kernel sends in their
 * place. It never touches a table of somebody else's, nor decides about packets of other programs.
 */
package org.waymark.firewall;
