/**
 * The part of the DNS message format that Waymark needs. It reads header and question in place, without allocation,
 * builds the few answers that Waymark gives itself, and finds what is stored for a name without copying the name out of
 * its message.
 *
 * <p>This is the only package that uses dnsjava, and only off the fast path: a message that is parsed and written again
 * is no longer the message that was sent. It never changes a message that is forwarded, except for the id, and the
 * padding if the message goes encrypted. It never interprets the data of a record other than OPT, and knows nothing
 * about sockets, marks or configuration.
 *
 * <p>A message is always (buffer, offset, length). The buffer is big-endian, which is the default of new buffers; its
 * position and limit are neither used nor moved.
 */
package org.waymark.dns;
