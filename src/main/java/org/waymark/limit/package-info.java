/** Limits how many there may be of something, or how often, in the whole process, counted for all workers together. It never knows what is counted. */
package org.waymark.limit;
