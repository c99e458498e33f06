/**
 * Decides what the mark of a client's connection means for its query: the mark that goes upstream, or a refusal; and,
 * with the name that is asked for, which group of servers it goes to, and which of those
 * is asked first. It never looks a mark up or sets one.
 */
package org.waymark.policy;
