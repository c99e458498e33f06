/**
 * The control socket: a Unix socket on which commands and programs ask and steer a running Waymark, with one JSON object a line in both
 * directions. {@link org.waymark.control.ControlServer} is the side of the running one, {@link org.waymark.control.ControlClient} that of
 * the commands. Everything that a client may do is bounded. This package never knows what the commands do, and never runs on a worker.
 */
package org.waymark.control;
