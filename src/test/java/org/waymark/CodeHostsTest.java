package org.waymark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files by which code hosts test each change do what README.md says, and nothing else. */
class CodeHostsTest {
    private static final String EVERYTHING = ".ci/run";
    private static final String WITH_JAVA_25 =
            "apt-get -qq update && apt-get -qq install -y openjdk-25-jdk-headless && " + EVERYTHING;

    /** The values of run and command, and of lists. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ +(?:- )?(?:(?:run|command): |(?<=- )(?!\\w+: ))(.*)$");

    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)");

    @Test
    void githubRunsEverythingWithBothJavas() throws IOException {
        assertEquals(
                List.of(
                        EVERYTHING,
                        WITH_JAVA_25,
                        "docker run --rm --privileged --volume \"$PWD:/waymark\" --volume \"$HOME/.m2:/m2\""
                                + " --env MAVEN_OPTS=-Dmaven.repo.local=/m2/repository"
                                + " --workdir /waymark \"$IMAGE\" bash -ec \"$COMMAND\""),
                find(COMMAND, Path.of(".github/workflows/ci.yml")));
    }

    @Test
    void gitlabRunsEverythingWithBothJavas() throws IOException {
        assertEquals(List.of(EVERYTHING, WITH_JAVA_25), find(COMMAND, Path.of(".gitlab-ci.yml")));
    }

    @Test
    void everythingIsTheCommandOfTheReadme() throws IOException {
        String script = Files.readString(Path.of(EVERYTHING));
        assertTrue(script.endsWith("\nexec \"$(dirname \"$0\")/../integration-tests/all\"\n"), script);
        assertTrue(Files.readString(Path.of("README.md")).contains("\n    integration-tests/all\n"));
    }

    /** A tag may be moved to other code, a commit can't. */
    @Test
    void actionsAreNamedByTheirCommit() throws IOException {
        List<String> actions = find(ACTION, Path.of(".github/workflows/ci.yml"));
        assertEquals(4, actions.size());
        for (String action : actions) {
            assertTrue(action.matches("actions/[a-z-]+@[0-9a-f]{40}"), action);
        }
    }

    private static List<String> find(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
