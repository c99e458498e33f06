package org.waymark.cli;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * Reloads on SIGHUP, which would end a JVM otherwise. Java offers no other way to catch a signal than sun.misc.Signal. JEP 260 keeps it until
 * there is one. (A signalfd would need the signal to be blocked in every thread, which only the JVM itself could do.) It is found by its
 * name, because the compiler warns of it, and a Java without it should still run everything else.
 */
final class ReloadSignal {
    private ReloadSignal() {}

    /**
     * @param reload is run at every SIGHUP, on a thread of the JVM, and must return soon
     * @return empty, or why SIGHUP can't be caught
     */
    static Optional<String> onHangup(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(Runnable.class, "run", methodType(void.class))
                    .bindTo(reload);
            Object handling =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangup, handling);
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            return Optional.of("this Java does not let SIGHUP be caught: " + e);
        }
    }
}
