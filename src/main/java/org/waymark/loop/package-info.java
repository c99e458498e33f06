/**
 * The thread of a worker and its time: tasks, timers, and the sockets that it watches. Whatever lives on a worker is given a
 * {@link org.waymark.loop.Loop}, so that a simulation can be one and let hours pass in milliseconds. The real one is Netty's. It never
 * knows what the tasks are about.
 */
package org.waymark.loop;
