/**
 * What Waymark has to know of the DNS message format: header and question are read in place, without allocation, and
 * the few answers that Waymark makes itself are built here; tables find what is kept about a name without taking the name
 * out of its message. It is the only package that uses dnsjava, and that only
 * off the fast path, because a message that is parsed and written again is no longer the one that was sent. It never
 * changes a message that is forwarded (but for the id, and the padding of one that goes encrypted), never interprets
 * the data of a record other than OPT, and knows nothing of sockets, marks or configuration. Throughout, a message is
 * (buffer, offset, length): the buffer is big-endian, as buffers are when they are made, and its position and limit are
 * neither used nor moved.
 */
package org.waymark.dns;
