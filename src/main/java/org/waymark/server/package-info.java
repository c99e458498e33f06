/**
 * Puts the parts together: has the host checked before the first query, starts a worker for each core, watches the counters for trouble,
 * logs it, and stops everything in order. It never decides what happens to a query.
 */
package org.waymark.server;
