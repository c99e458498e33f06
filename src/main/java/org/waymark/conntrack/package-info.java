/**
 * Looks up connection marks in conntrack over ctnetlink, a whole burst of packets with one send; it also lists and
 * removes conntrack entries. A request about one connection always names the reply tuple (from the local address that
 * the packet reached to its peer), because REDIRECT, DNAT and SNAT leave that tuple as the socket sees it. It
 * distinguishes a mark of 0, no entry, and no answer, and never decides what follows from them.
 */
package org.waymark.conntrack;
