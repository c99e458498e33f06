/**
 * Proves that this host carries marks, by doing it: probes with marks of their own go through the host's real rules, routes and links, and
 * copies of the rules are tried out on packets of clients in a network of their own. What was found is told with its meaning and its
 * cure. It changes nothing on the host that lasts, and touches nobody's traffic.
 */
package org.waymark.doctor;
