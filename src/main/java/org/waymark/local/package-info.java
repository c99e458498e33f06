/**
 * What Waymark answers of its own knowledge: the records of the configuration, those of hosts files, and names with a special
 * use, which mean nothing outside of a host or network or must not leave it. It decides by the question alone, and a name that
 * it does not know it leaves to the servers. It never reads a file, and knows nothing of clients, marks or servers.
 */
package org.waymark.local;
