/**
 * Gives every query and answer, as bytes and with its marks, to programs that read dnstap (https://dnstap.info): encodes messages on the
 * worker's thread, keeps a bounded number of them, and writes them to a socket or a file on a thread of its own. It never makes a query
 * wait: what a reader does not take in time is left out, and counted.
 */
package org.waymark.dnstap;
