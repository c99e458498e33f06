/**
 * The algebra of marks and masks, as the kernel's CONNMARK target and connmark match define it (see
 * iptables-extensions(8)). A mark is an {@code int} whose 32 bits are unsigned, so that it travels through the data
 * path without an object; this package gives those bits their meaning and their text. It never asks the kernel for a
 * mark and never decides what a mark leads to.
 */
package org.waymark.mark;
