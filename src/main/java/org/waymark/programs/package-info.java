/**
 * Runs programs of the host, such as nft, iptables-save and ip, whose output is the interface that their authors keep stable. Only commands
 * that an operator types use it; nothing here runs while queries are forwarded.
 */
package org.waymark.programs;
