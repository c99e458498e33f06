/**
 * The functions of Linux that the JDK lacks: batches of datagrams with the local address of each, netlink sockets,
 * socket options such as SO_MARK, and errno as a typed value. This is the only package that knows the kernel's numbers
 * and structure layouts, and the only one that uses jnr-ffi. It makes no decisions: it does not log, does not retry,
 * and does not know what the bytes mean.
 */
package org.waymark.linux;
