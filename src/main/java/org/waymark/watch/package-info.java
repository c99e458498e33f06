/**
 * What a few looks at connections show while Waymark runs: whether they have the marks that they should have. It says when a look is due,
 * and what counts as a lost mark. It never decides about a query, asks conntrack, waits or logs.
 */
package org.waymark.watch;
