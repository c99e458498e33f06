package org.waymark.config;

/** What stands in the list of a group's servers: one server, or a file that names them. */
public sealed interface ServerSource permits ServerAddress, ResolvConf {
    /** How either is written. */
    static Kind<ServerSource> kind() {
        return Kind.text(
                "an address such as \"192.0.2.53\", \"[2001:db8::53]:53\", \"tcp://192.0.2.53\" or"
                        + " \"tls://192.0.2.53#dns.example\", or \"resolv.conf\"",
                text -> ResolvConf.isMeantBy(text) ? ResolvConf.parse(text) : ServerAddress.parse(text));
    }
}
