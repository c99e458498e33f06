/**
 * Counts what happens: queries, answers, and above all what went wrong and which limit was hit. Each worker counts for
 * itself, so that counting costs no shared write; whoever reads adds the workers up. It never decides or logs anything.
 */
package org.waymark.metrics;
