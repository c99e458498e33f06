/**
 * The side towards clients, UDP and TCP: reads bursts of packets, each with its peer and the local address that it reached,
 * sees that they are queries from networks that may ask, looks their marks up together, and hands them to the forwarder.
 * Answers leave from the address that was asked. What is malformed or not allowed is answered here. It never decides what a
 * mark means.
 */
package org.waymark.listener;
