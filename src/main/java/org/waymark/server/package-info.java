/**
 * A running Waymark: has the host checked before the first query, starts the workers, reports what goes wrong, puts changed settings into force,
 * and stops everything in order. It never decides what happens to a query.
 */
package org.waymark.server;
