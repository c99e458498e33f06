/** Files of others: read up to a bound, and read again when they change. It never knows what is in them. */
package org.waymark.files;
