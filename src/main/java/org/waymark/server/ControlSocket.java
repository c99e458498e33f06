package org.waymark.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.control.Command;
import org.waymark.control.Commands;
import org.waymark.control.ControlServer;
import org.waymark.control.EventSource;

/** The control socket of this process, with everything that clients may ask for. Without a socket, Waymark runs all the same. */
final class ControlSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Operators operators;
    private final Commands commands;
    private Optional<ControlServer> server = Optional.empty();

    ControlSocket(Operators operators, Collection<Command> commands, Collection<EventSource> sources) {
        this.operators = operators;
        this.commands = new Commands(commands, sources, fault -> LOG.error("a command has failed", fault));
    }

    /** Makes the socket, or says why there is none. */
    void open(Optional<Path> path) {
        server = path.flatMap(this::listenOn);
    }

    private Optional<ControlServer> listenOn(Path path) {
        try {
            return Optional.of(ControlServer.open(path, operators.loop(), commands));
        } catch (IOException e) {
            LOG.warn(
                    "can't make the control socket {}: {}; commands such as waymark status can't reach this Waymark (control.socket)",
                    path,
                    e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        server.ifPresent(ControlServer::close);
        commands.close();
    }
}
