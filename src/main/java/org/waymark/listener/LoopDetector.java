package org.waymark.listener;

import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;

/** Recognises queries that this process has sent to a server, and that have come back to it. */
public interface LoopDetector {
    /**
     * @param transport what the query came over
     * @param peer where it came from
     * @return whether Waymark itself sent it
     */
    boolean cameBack(ClientTransport transport, Endpoint peer);
}
