/**
 * Measures Waymark beside dnsmasq, dnsdist and unbound in the lab's network. It times nothing itself: dnsperf is the load and tells throughput
 * and latencies, the kernel tells what the programs cost.
 */
package org.waymark.bench;
