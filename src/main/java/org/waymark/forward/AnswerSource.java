package org.waymark.forward;

import org.waymark.dns.WireMessage;

/** Knows the answers to some queries without asking a server. Sources are asked one after the other, in an order of their own. */
public interface AnswerSource {
    /**
     * @param query a well-formed query, which no policy refuses
     * @return the whole answer, or null if the next source, or at last a server, is to be asked
     */
    WireMessage answer(WireMessage query);
}
