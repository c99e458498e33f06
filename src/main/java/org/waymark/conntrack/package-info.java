/**
 * Asks the kernel for the marks of connections, over ctnetlink, a whole burst in one send. The question is always the reply
 * tuple (from the local address that the packet reached to its peer), because REDIRECT, DNAT and SNAT leave that one as the
 * socket sees it. It tells a mark of 0, no entry and no answer apart, and never decides what follows from them.
 */
package org.waymark.conntrack;
