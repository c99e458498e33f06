/**
 * Queries as they end, from the workers to whoever watches. {@link org.waymark.feed.Feed} is the way in. It costs a worker nothing while
 * nobody watches. Each worker has a bounded ring of events for each watcher; when that is full, events are left out and counted, so that no
 * query ever waits for a watcher. This package never writes to anybody, and keeps nothing.
 */
package org.waymark.feed;
