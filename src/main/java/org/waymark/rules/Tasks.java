package org.waymark.rules;

import java.util.List;

/**
 * What an operator wants of the host's rules, besides carrying marks.
 *
 * @param clients the clients that get a mark
 * @param login whether clients log in and out while the rules are loaded
 * @param redirects the names of the interfaces whose clients ask Waymark, whatever server they name
 * @param routes the links by which packets with a mark leave
 * @param accounting whether bytes are counted by mark
 */
public record Tasks(
        List<Client> clients, boolean login, List<String> redirects, List<Route> routes, boolean accounting) {
    /** @throws IllegalArgumentException if a client has two marks; the message is for people */
    public Tasks {
        clients = Client.inOrder(clients);
        redirects = redirects.stream().distinct().toList();
        routes = routes.stream().distinct().toList();
    }
}
