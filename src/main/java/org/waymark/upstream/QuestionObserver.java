package org.waymark.upstream;

import org.waymark.dns.WireMessage;

/** Learns of everything that is asked of servers and answered by them, on the worker's thread. */
public interface QuestionObserver {
    /** Wants to know nothing. */
    QuestionObserver NONE = new QuestionObserver() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void asked(ServerState server, boolean overTcp, UpstreamQuery question) {}

        @Override
        public void answered(ServerState server, boolean overTcp, UpstreamQuery question, WireMessage answer) {}
    };

    /**
     * @return whether it wants to know of questions now
     */
    boolean isOn();

    /**
     * A question goes to a server.
     *
     * @param server the server
     * @param overTcp whether it goes over a connection, plain or under TLS
     * @param question the question, which has its time, mark and source port; valid during the call
     */
    void asked(ServerState server, boolean overTcp, UpstreamQuery question);

    /**
     * A server has answered a question, or sent one of the messages of a zone transfer.
     *
     * @param server the server
     * @param overTcp whether it came over a connection, plain or under TLS
     * @param question what it answers
     * @param answer what has come, without the padding of TLS; valid during the call
     */
    void answered(ServerState server, boolean overTcp, UpstreamQuery question, WireMessage answer);
}
