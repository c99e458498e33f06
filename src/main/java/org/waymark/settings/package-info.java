/**
 * The settings: everything that Waymark goes by, made of the configuration and of what it leaves to the host, as one value that never
 * changes. It reads both anew when they change. It never decides about a query itself.
 */
package org.waymark.settings;
