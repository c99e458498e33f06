/**
 * The life of a query from when its mark is known until it is answered: it decides the outgoing mark, answers what is
 * answered here, asks one server after the other with that mark until one answers, and gives the answer back as it came but
 * for the id. A query is always answered: when every server has failed, with SERVFAIL; only a zone transfer may break off. It
 * never opens a socket, and never changes a message.
 */
package org.waymark.forward;
