/**
 * What the whole-process tests share: the network in namespaces, a scripted DNS server, raw DNS clients, the kernel's table of
 * connections, and the forwarders that are put to the test. It knows the DNS as bytes only and shares no code with the program, so
 * that a fault there can't hide itself here.
 */
package org.waymark.lab;
