package org.waymark.commands;

import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.waymark.config.Log;
import org.waymark.control.Command;
import org.waymark.control.CommandException;

/** {@code waymark log LEVEL}: changes how much is logged, until the next start or reload. */
public final class LogLevelAnswer implements Command {
    private final Consumer<Log.Level> change;

    /**
     * @param change makes this the least important level that is logged
     */
    public LogLevelAnswer(Consumer<Log.Level> change) {
        this.change = change;
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
        Arguments given = new Arguments(arguments);
        given.only("level");
        Log.Level level = given.find("level", LogLevelAnswer::level)
                .orElseThrow(() -> new CommandException("level: is missing (allowed: error, warn, info, debug)"));
        change.accept(level);
        return Map.of("level", level.name().toLowerCase(Locale.ROOT));
    }

    private static Log.Level level(String text) {
        for (Log.Level each : Log.Level.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a level (allowed: error, warn, info, debug)");
    }
}
