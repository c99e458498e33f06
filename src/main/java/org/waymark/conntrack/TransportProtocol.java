package org.waymark.conntrack;

/** The transport protocol of a connection. */
public enum TransportProtocol {
    TCP(6),
    UDP(17);

    private final byte number;

    TransportProtocol(int number) {
        this.number = (byte) number;
    }

    /**
     * @return its IP protocol number
     */
    public byte number() {
        return number;
    }
}
