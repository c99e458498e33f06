/**
 * The workers: what serves a share of the clients, put together for each core, and what all of them share. {@link
 * org.waymark.worker.Workers} is the way in. It never reads files, and logs nothing.
 */
package org.waymark.worker;
