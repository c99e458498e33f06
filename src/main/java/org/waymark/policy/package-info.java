/**
 * Decides what the mark of a client's connection means for its query: the mark that goes upstream, or a refusal. It sees
 * marks alone, and never looks one up or sets one.
 */
package org.waymark.policy;
