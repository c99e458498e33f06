/**
 * The configuration: a record for each section of the TOML file, and the reader that makes them. Every check of a value
 * is made here, once, so that the rest of the program may rely on what it gets; whatever is wrong with a file is told
 * in one go, each fault with its line, column and key. This package never resolves a host name and never looks at the
 * network.
 */
package org.waymark.config;
