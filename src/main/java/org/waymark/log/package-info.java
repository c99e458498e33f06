/**
 * The log: what takes the lines of all loggers (slf4j's provider), which of them are written, in what format, and how they get to standard
 * error without anybody waiting for whoever reads it. Level and format can change while Waymark runs. It never decides what is worth a
 * line.
 */
package org.waymark.log;
