/**
 * Counts events: queries, answers, and above all errors and reached limits. Each worker has its own counters, so that
 * counting needs no shared write; a snapshot adds up the workers' numbers. It never decides or logs anything.
 */
package org.waymark.metrics;
