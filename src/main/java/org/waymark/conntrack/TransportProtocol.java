package org.waymark.conntrack;

/** The transport of a connection, with its IP protocol number. */
public enum TransportProtocol {
    TCP(6),
    UDP(17);

    private final byte number;

    TransportProtocol(int number) {
        this.number = (byte) number;
    }

    /**
     * @return the number of the IP protocol
     */
    public byte number() {
        return number;
    }
}
