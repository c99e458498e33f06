package org.waymark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.config.Configuration;

class NewWarningsTest {
    private static final String LEAST = "[[upstream]]\nservers = [\"9.9.9.9\"]\n";

    @TempDir
    private Path folder;

    /** A configuration in which the policies with these marks are never reached, because another is above them. */
    private Configuration of(String begin, int... marks) throws Exception {
        StringBuilder toml = new StringBuilder(begin + LEAST + "[[policy]]\nmark = \"0/0\"\n");
        for (int mark : marks) {
            toml.append("[[policy]]\nmark = ").append(mark).append('\n');
        }
        return Configuration.read(Files.writeString(file(), toml));
    }

    private Path file() {
        return folder.resolve("waymark.toml");
    }

    @Test
    void onlyWhatIsNewIsTold() throws Exception {
        NewWarnings warnings = new NewWarnings(file(), of("", 1, 2));

        assertEquals(List.of(), warnings.of(of("# one line more\n", 1, 2)));
        assertEquals(
                List.of(
                        file()
                                + ":10:8: policy.mark: 0x3/0xffffffff is never reached: the policy for 0x0/0x0 above takes it all"),
                warnings.of(of("", 1, 2, 3)));
        assertEquals(List.of(), warnings.of(of("", 1, 2, 3)));
        assertEquals(List.of(), warnings.of(of("", 1)));
        assertEquals(2, warnings.of(of("", 1, 2, 3)).size());
    }

    @Test
    void onlyTheFirstOfManyAreTold() throws Exception {
        NewWarnings warnings = new NewWarnings(file(), of(""));

        List<String> told = warnings.of(of("", 1, 2, 3, 4, 5, 6, 7));

        assertEquals(6, told.size());
        assertEquals("2 more warnings about the configuration: see waymark check --config " + file(), told.get(5));
    }
}
