package org.waymark.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/** Programs of the gateway itself, other than the forwarder, that ask servers on their own account. */
public final class HostPrograms {
    private static final int PATIENCE_MILLIS = 5_000;

    private HostPrograms() {}

    /**
     * Asks as many questions over UDP, each from a socket and port of its own, and waits for each answer.
     *
     * @return how many were answered
     */
    public static int ask(Lab lab, InetSocketAddress server, int questions) {
        return lab.in(Host.GATEWAY, () -> {
            int answered = 0;
            for (int question = 0; question < questions; question++) {
                answered += ask(server, "own" + question + ".m0.example") ? 1 : 0;
            }
            return answered;
        });
    }

    private static boolean ask(InetSocketAddress server, String name) throws IOException {
        byte[] query = Query.of(name, Query.A).bytes(1);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query, query.length, server));
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Asks as another user with dig, a process for each question, and fails if one is not answered. */
    public static void digAsNobody(Lab lab, InetSocketAddress server, int questions) {
        String script = "for i in $(seq " + questions + "); do setpriv --reuid 65534 --regid 65534 --clear-groups"
                + " dig +short +tries=1 +time=3 @" + server.getAddress().getHostAddress()
                + " dig$i.m0.example > /dev/null; done";
        lab.shell(Host.GATEWAY, script);
    }
}
