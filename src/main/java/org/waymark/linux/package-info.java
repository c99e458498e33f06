/**
 * What the JDK does not offer of Linux: batches of datagrams with the local address of each, the netlink socket, socket
 * options such as SO_MARK, and errno as a typed value. It is the only package that knows the kernel's numbers and
 * structure layouts, and the only one that uses jnr-ffi. It never decides anything: it neither logs, nor retries, nor
 * knows what the bytes mean.
 */
package org.waymark.linux;
