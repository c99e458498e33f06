package org.waymark.config;

/** An element in a group's list of servers: one server, or a file that names servers. */
public sealed interface ServerSource permits ServerAddress, ResolvConf {
    /** The way to write either. */
    static Kind<ServerSource> kind() {
        return Kind.text(
                "an address such as \"192.0.2.53\", \"[2001:db8::53]:53\", \"tcp://192.0.2.53\" or"
                        + " \"tls://192.0.2.53#dns.example\", or \"resolv.conf\"",
                text -> ResolvConf.isMeantBy(text) ? ResolvConf.parse(text) : ServerAddress.parse(text));
    }
}
