package org.waymark.doctor;

import java.net.InetAddress;

/**
 * A client whose queries are tried out.
 *
 * @param link the interface of the host by which its packets come in
 * @param address its address
 * @param hardwareAddress its hardware address; null if it is not known
 * @param asked the host's address that it asks
 */
record Client(String link, InetAddress address, String hardwareAddress, InetAddress asked) {
    @Override
    public String toString() {
        return address.getHostAddress() + " on " + link;
    }
}
