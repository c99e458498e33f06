/**
 * What the log tells an operator while Waymark runs: what has gone wrong, which marks the host's rules lose, how the servers do, and each
 * query where that is wanted. It only reads, and never decides anything about queries.
 */
package org.waymark.report;
