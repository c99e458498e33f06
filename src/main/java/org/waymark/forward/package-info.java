/**
 * The life of a query from when its mark is known until it is answered: the policy decides about it, the sources of answers and the
 * cache are asked in order, and then one server after the other, with the same mark, until one answers. The answer goes back unchanged
 * except for the id, and is kept for later. A query is always answered: with SERVFAIL if every server has failed; only a zone transfer
 * may break off. This package never opens a socket, and never changes a message.
 */
package org.waymark.forward;
