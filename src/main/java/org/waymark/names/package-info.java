/**
 * Lists of names: from the configuration, and from files in the formats that people have. It finds a name in a list, and tells what the list
 * says about it. The names are outside of the Java heap, because there may be millions. It never knows who asks, never answers, and never
 * logs: what is wrong with a list is part of what was read.
 */
package org.waymark.names;
