/**
 * The names that Waymark answers itself: from the records of the configuration and of hosts files, and names with a
 * special use, which have no meaning outside of a host or network, or must not leave it. Only the question decides, and
 * a query for any other name goes to the servers. This package never reads a file, and knows nothing about clients,
 * marks or servers; it is one of the sources of answers that queries pass.
 */
package org.waymark.local;
