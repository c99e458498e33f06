/**
 * Where the marks of clients' connections come from: conntrack, or the packets themselves. It tells a mark, looks at a few connections to see
 * whether their marks are lost, and never decides what a mark means.
 */
package org.waymark.marks;
