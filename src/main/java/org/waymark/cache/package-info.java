/**
 * Answers of servers, kept for queries that come later: whole, as the server sent them, off the heap, for all workers. Queries share
 * answers only within a view, which is a group of servers and an outgoing mark, as far as the configuration has marks differ. This
 * package never asks a server, and never decides which view a query has.
 */
package org.waymark.cache;
