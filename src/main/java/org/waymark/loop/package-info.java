/**
 * The event loop of a worker: its thread, clock, tasks, timers, and the sockets that it watches. Everything that runs
 * on a worker gets a {@link org.waymark.loop.Loop}, so that a simulation can replace it and let hours pass in
 * milliseconds. The real one is Netty's. This package never knows what the tasks do.
 */
package org.waymark.loop;
