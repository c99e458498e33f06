/**
 * Where the marks of clients' connections come from: conntrack, or the packets themselves. It tells a mark, and never decides what the
 * mark means.
 */
package org.waymark.marks;
