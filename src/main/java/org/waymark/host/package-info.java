/**
 * The host that Waymark starts on: what it must be able to do, which networks it is on, and its listening sockets. What is missing is said
 * in words that an operator can act on. It knows nothing of queries.
 */
package org.waymark.host;
