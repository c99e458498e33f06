/**
 * The configuration: a record for each section of the TOML file, and the reader that makes them. Every value is checked here, once, so that
 * the rest of the program can rely on it. All faults of a file are reported together, each with its line, column and key. This package
 * never resolves a host name and never looks at the network.
 */
package org.waymark.config;
