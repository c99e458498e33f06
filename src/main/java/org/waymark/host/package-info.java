/**
 * The host that Waymark starts on: what it must be able to do, which networks it is on, its listening sockets, those included that
 * a former process has left with systemd, and Waymark's
 * own table in its firewall. What is missing is said
 * in words that an operator can act on. It knows nothing of queries.
 */
package org.waymark.host;
