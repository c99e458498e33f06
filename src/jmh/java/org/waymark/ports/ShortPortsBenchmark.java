package org.waymark.ports;

import java.security.SecureRandom;
import java.util.BitSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Choosing the port of a socket when every port is held for some mark: with thousands of marks, each new socket does. */
@State(Scope.Thread)
public class ShortPortsBenchmark {
    private static final int MARK = 137;
    private static final int MARK_WITHOUT_PORTS = 1;
    private static final int PORTS_OF_A_MARK = 16;

    private final RandomNumbers random = new RandomNumbers(new SecureRandom());
    private final PortLedger ledger = new PortLedger(System::nanoTime, Long.MAX_VALUE, new BitSet());

    @Setup
    public void holdEveryPort() {
        int[] ports = new int[(1 << 16) - PortLedger.FIRST_PORT];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = ledger.lease(MARK + i / PORTS_OF_A_MARK, random);
        }
        for (int port : ports) {
            ledger.release(port);
        }
    }

    @Benchmark
    public int portOfItsOwn() {
        int port = ledger.lease(MARK, random);
        ledger.release(port);
        return port;
    }

    @Benchmark
    public int noPort() {
        return ledger.lease(MARK_WITHOUT_PORTS, random);
    }
}
