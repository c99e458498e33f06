package org.waymark.ruleset;

/** What a condition of a rule is about. */
public enum Field {
    /** The packet's mark: {@code 0x89/0xff}, value and mask. */
    PACKET_MARK,
    /** The connection's mark: {@code 0x89/0xff}, value and mask. */
    CONNECTION_MARK,
    /** The direction of the packet in its connection: {@code original} or {@code reply}. */
    DIRECTION,
    /** The state of the packet's connection: {@code new}, {@code established}, {@code related}, {@code invalid}, {@code untracked}. */
    STATE,
    /** The protocol above IP: {@code udp}. */
    PROTOCOL,
    /** The source port: {@code 53} or {@code 1024-65535}. */
    SOURCE_PORT,
    /** The destination port: {@code 53} or {@code 1024-65535}. */
    DESTINATION_PORT,
    /** The source address: {@code 192.0.2.1}, {@code 192.0.2.0/24} or {@code 192.0.2.1-192.0.2.9}. */
    SOURCE,
    /** The destination address, like {@link #SOURCE}. */
    DESTINATION,
    /** The hardware address of the source: {@code 00:11:22:33:44:55}. */
    SOURCE_MAC,
    /** The interface that the packet came in by: {@code eth0}, or {@code eth*} for all whose names begin so. */
    INPUT_INTERFACE,
    /** The interface that the packet leaves by, like {@link #INPUT_INTERFACE}. */
    OUTPUT_INTERFACE,
    /** The user of the socket that has sent the packet: {@code 999} or {@code 0-99}. */
    USER,
    /** Anything else, in words that are close to the tool's: {@code -m addrtype --dst-type LOCAL}, {@code meta iifgroup == 1}. */
    OTHER
}
