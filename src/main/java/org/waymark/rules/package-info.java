/**
 * Writes the script that sets up a host's firewall and routing for a configuration and for the tasks that an operator names, and tells what
 * of it a host lacks and what another one has left. It never changes the host itself: the operator reads the script, and gives it to a shell.
 */
package org.waymark.rules;
