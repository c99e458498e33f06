package org.waymark.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;

/** {@code waymark accounts} on the gateway, of a Waymark with a control socket, and what the command asks the socket for. */
public final class AccountsCommand {
    private final Lab lab;
    private final Path socket;

    /** @param socket the path of the control socket */
    public AccountsCommand(Lab lab, Path socket) {
        this.lab = lab;
        this.socket = socket;
    }

    /** Runs the command with these options. */
    public Lab.Outcome run(String... options) {
        List<String> command = new ArrayList<>(List.of(Forwarders.LAUNCHER, "accounts", "--socket", socket.toString()));
        command.addAll(List.of(options));
        return lab.exec(Host.GATEWAY, command.toArray(String[]::new));
    }

    /** The lines of the bill by mark, asked for without starting the command. */
    public Map<String, Map<?, ?>> byMark() {
        return byMark(Map.of());
    }

    /** The same with arguments of the command. */
    public Map<String, Map<?, ?>> byMark(Map<String, Object> arguments) {
        Waiting.until(Waiting.PATIENCE, "somebody listens on " + socket, this::isListenedTo);
        try (ControlClient waymark = ControlClient.connect(socket)) {
            Map<String, Map<?, ?>> byMark = new TreeMap<>();
            for (Object line : (List<?>) waymark.ask("accounts", arguments).get("accounts")) {
                byMark.put(((Map<?, ?>) line).get("mark").toString(), (Map<?, ?>) line);
            }
            return byMark;
        } catch (ControlException e) {
            throw new AssertionError(e);
        }
    }

    /** Waymark makes the socket just after it has said that it answers. */
    private boolean isListenedTo() {
        try {
            ControlClient.connect(socket).close();
            return true;
        } catch (ControlException e) {
            return false;
        }
    }

    /** The bytes or packets of all lines that a provider meters. */
    public static long total(Map<String, Map<?, ?>> lines, String unit) {
        return lines.values().stream()
                .mapToLong(line -> count(line, "internet", unit))
                .sum();
    }

    /** The bytes or packets of a leg, or of all that a provider meters, in a line of the bill. */
    public static long count(Map<?, ?> line, String leg, String unit) {
        return ((Number) ((Map<?, ?>) line.get(leg)).get(unit)).longValue();
    }
}
