package org.waymark.worker;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.waymark.config.ServerAddress;
import org.waymark.settings.Settings;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.TlsClient;
import org.waymark.upstream.UpstreamServer;

/** The states of all servers in the whole process. Groups with the same server and the same authorities share one. */
final class ServerStates {
    private final Map<TrustedServer, ServerState> states = new ConcurrentHashMap<>();

    /** A server, and the authorities that may certify it; they matter only over TLS. */
    private record TrustedServer(ServerAddress server, List<X509Certificate> authorities) {
        static TrustedServer of(ServerAddress server, Settings.Group group) {
            boolean isTls = server.protocol() == ServerAddress.Protocol.TLS;
            return new TrustedServer(server, isTls ? group.configured().authorities() : List.of());
        }

        UpstreamServer toUpstream() {
            InetSocketAddress address = server.address();
            return switch (server.protocol()) {
                case UDP -> new UpstreamServer(address, false);
                case TCP -> new UpstreamServer(address, true);
                case TLS ->
                    UpstreamServer.overTls(address, new TlsClient(server.tlsName(), address.getPort(), authorities));
            };
        }
    }

    /** The states of the servers of a group, in their order. */
    List<ServerState> of(Settings.Group group) {
        return group.servers().stream()
                .map(server -> states.computeIfAbsent(
                        TrustedServer.of(server, group), trusted -> new ServerState(trusted.toUpstream())))
                .toList();
    }

    /** Forgets the servers that none of the groups has. */
    void keepOnly(List<Settings.Group> groups) {
        Set<TrustedServer> listed = new HashSet<>();
        groups.forEach(group -> group.servers().forEach(server -> listed.add(TrustedServer.of(server, group))));
        states.keySet().retainAll(listed);
    }

    Collection<ServerState> all() {
        return List.copyOf(states.values());
    }
}
