/**
 * The settings: everything that decides about queries and may change while Waymark runs, made of the configuration and of what it leaves to
 * the host, as one value that never changes. It never decides about a query itself.
 */
package org.waymark.settings;
