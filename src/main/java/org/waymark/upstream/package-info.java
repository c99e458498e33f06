/**
 * Sends questions to servers, on sockets that carry one mark and never carry another: the mark is set before bind and
 * connect, UDP source ports are random, short-lived, and kept from other marks for as long as conntrack may remember them,
 * TCP connections, plain or under TLS, are reused and pipelined by (server, mark); a zone transfer has one of its own. An
 * answer counts only if it comes from the server, to the socket, with the id and the question that were sent (RFC 5452,
 * section 9.1). It knows how each server does, and sees that by copies of questions while it is down; but it never chooses a
 * server or waits for a deadline.
 */
package org.waymark.upstream;
