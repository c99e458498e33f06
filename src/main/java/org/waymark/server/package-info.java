/**
 * Puts the parts together: sees that the host can do the job before the first query, opens the listening sockets, starts a
 * worker for each core, watches their counters for trouble, and stops them all in order. Besides the command line it is the
 * only package that logs. It never touches a query.
 */
package org.waymark.server;
