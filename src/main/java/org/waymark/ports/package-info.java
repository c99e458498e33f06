/**
 * The source ports of connections to servers: which mark may have which, and when another mark may. It opens no socket.
 */
package org.waymark.ports;
