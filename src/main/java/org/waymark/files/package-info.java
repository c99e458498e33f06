/** Files of others: read up to a bound, for a bounded time, and read again when they change. It never knows what is in them. */
package org.waymark.files;
