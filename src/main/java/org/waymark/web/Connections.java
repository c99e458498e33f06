package org.waymark.web;

import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The open connections of clients, which are limited by their number, in all and of one client, and by the bytes that wait for clients to
 * read them. Who comes last is served: to make room, the connection is closed that has done nothing for the longest time, which is that of
 * a client that does not go on. The connections of clients on this host, such as what supervises Waymark, are the last to be closed for
 * others. All of it runs on one event loop.
 */
final class Connections {
    private final int most;
    private final int mostOfClient;
    private final long mostUnsent;

    /** Each with its bytes that are not sent yet, the one that has done nothing for the longest time first. */
    private final Map<Channel, Integer> unsent = new LinkedHashMap<>();

    private long allUnsent;

    /**
     * @param most how many there may be
     * @param mostOfClient how many of them one client may have
     * @param mostUnsent how many bytes may wait, except those of the latest answer
     */
    Connections(int most, int mostOfClient, long mostUnsent) {
        this.most = most;
        this.mostOfClient = mostOfClient;
        this.mostUnsent = mostUnsent;
    }

    void opened(Channel connection) {
        WebClient client = WebClient.of(connection);
        List<Channel> own = unsent.keySet().stream()
                .filter(other -> WebClient.of(other).equals(client))
                .toList();
        if (own.size() >= mostOfClient) {
            close(own.get(0));
        } else if (unsent.size() >= most) {
            close(leastMissed());
        }
        unsent.put(connection, 0);
    }

    private Channel leastMissed() {
        return unsent.keySet().stream()
                .filter(connection -> !WebClient.of(connection).isOnThisHost())
                .findFirst()
                .orElseGet(() -> unsent.keySet().iterator().next());
    }

    /** An answer is about to be written. */
    void sending(Channel connection, int bytes) {
        for (Channel other : List.copyOf(unsent.keySet())) {
            if (allUnsent + bytes > mostUnsent && other != connection && unsent.get(other) > 0) {
                close(other);
            }
        }
        moveToTheEnd(connection, bytes);
    }

    /** The client has taken its answer. */
    void sent(Channel connection) {
        if (unsent.containsKey(connection)) {
            moveToTheEnd(connection, 0);
        }
    }

    private void moveToTheEnd(Channel connection, int bytes) {
        ended(connection);
        unsent.put(connection, bytes);
        allUnsent += bytes;
    }

    void ended(Channel connection) {
        Integer bytes = unsent.remove(connection);
        allUnsent -= bytes == null ? 0 : bytes;
    }

    private void close(Channel connection) {
        ended(connection);
        connection.close();
    }

    void closeAll() {
        List.copyOf(unsent.keySet()).forEach(this::close);
    }
}
