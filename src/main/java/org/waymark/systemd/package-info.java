/**
 * Tells systemd how important a line of the log is, and how the service is doing, and leaves file descriptors with it for the next process.
 * A unit of {@code Type=notify} must say that it is ready, so that units that are ordered after the forwarder start when it answers queries,
 * not when its process exists. Outside systemd this package does nothing. Of what systemd says it reads only which descriptors it hands
 * over, and it does not send the datagram itself.
 */
package org.waymark.systemd;
