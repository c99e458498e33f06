/**
 * Tells systemd how important a line of the log is, and how the service is doing, as a unit of {@code Type=notify} must, so that what is ordered after the
 * forwarder starts when queries are answered and not when the process exists. Outside systemd it does nothing. It never
 * reads what systemd says, and leaves the datagram itself to whoever it is given.
 */
package org.waymark.systemd;
