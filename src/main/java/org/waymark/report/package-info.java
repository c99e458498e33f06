/**
 * What the log tells an operator while Waymark runs: what has gone wrong, how the servers do, and each query where that is wanted. It only
 * reads, and never decides anything.
 */
package org.waymark.report;
