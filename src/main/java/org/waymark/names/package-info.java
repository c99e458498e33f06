/**
 * Lists of names: from the configuration, and from files in the formats that people have. It finds a name in a list, and tells what the list
 * says about it. It never knows who asks, and never answers.
 */
package org.waymark.names;
