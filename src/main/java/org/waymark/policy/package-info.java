/**
 * Decides what the mark of a client's connection means for its query: a refusal, or the mark that is used upstream.
 * Together with the name in the question it decides which group of servers gets the query, and which server is asked
 * first. It never looks up or sets a mark.
 */
package org.waymark.policy;
