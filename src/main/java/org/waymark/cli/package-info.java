/**
 * The command line: what a person or systemd starts, and what they get to read. Each command is a class. It turns the errors of the parts
 * below into a line on standard error, with cause and cure, and into an exit status. It never does the work itself, and nothing below knows
 * of it.
 */
package org.waymark.cli;
