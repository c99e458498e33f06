/**
 * Puts the parts together: checks that the host can do the job before the first query, opens the listening sockets, starts a worker for
 * each core, watches the counters for trouble, and stops everything in order. Only this package and the command line log. It never touches
 * a query.
 */
package org.waymark.server;
