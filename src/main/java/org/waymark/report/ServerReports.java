package org.waymark.report;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.linux.Errno;
import org.waymark.mark.Mark;
import org.waymark.upstream.ServerState;

/** Logs when servers stop answering and when they answer again, with the reason and the mark if they are known. */
public final class ServerReports {
    private static final long SAME_PROBLEM_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long OTHER_PROBLEM_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long UNTIL_IT_ANSWERS = TimeUnit.DAYS.toSeconds(365);

    /** It is told again within this time if it is still so. */
    private static final long PROBLEM_HOLDS_SECONDS = 90;

    private static final Logger LOG = LoggerFactory.getLogger(ServerReports.class);

    private final Supplier<Collection<ServerState>> states;
    private final Map<ServerState, Integer> reported = new HashMap<>();
    private final Map<ServerState, ReportedProblem> problems = new HashMap<>();

    private final StandingWarnings standing = new StandingWarnings();

    private record ReportedProblem(String problem, long atNanos) {}

    /** The topic of what is wrong with a server, apart from whether it answers. */
    private record Problem(ServerState state) {}

    /**
     * @param states tells how the servers do now
     */
    public ServerReports(Supplier<Collection<ServerState>> states) {
        this.states = states;
    }

    /** Logs a line for each server whose state has changed since the last call, and one for each new problem with it. */
    public void report() {
        Collection<ServerState> present = states.get();
        reported.keySet().retainAll(present);
        problems.keySet().retainAll(present);
        standing.keepOnly(topic -> !(topic instanceof ServerState state) || present.contains(state));
        for (ServerState state : present) {
            String problem = state.takeProblem();
            report(state, problem == null ? null : "can't be used: " + problem);
            report(state, unreachable(state));
            boolean recovered = state.takeRecovered();
            int now = state.downCount();
            int before = reported.getOrDefault(state, 0);
            reported.put(state, now);
            if (now > 0 && before == 0) {
                String line = "server " + state.server() + " does not answer with mark "
                        + Mark.describe(state.latestDown()) + answeredWithAnotherMark(state)
                        + "; it is asked again from time to time";
                LOG.warn(line);
                standing.tell(state, line, UNTIL_IT_ANSWERS);
            } else if (now == 0 && before > 0) {
                standing.clear(state);
                LOG.info(
                        "server {} {}",
                        state.server(),
                        recovered
                                ? "answers again"
                                : "is not asked any more with the marks for which it did not answer");
            } else if (now != before) {
                LOG.info("server {} does not answer on {} of its paths (mark, transport, worker)", state.server(), now);
            }
        }
    }

    /**
     * @return what has been told about servers and still holds
     */
    public List<String> warnings() {
        return standing.now();
    }

    /** Says that the kernel can't send to the server, and why; null if it can. */
    private static String unreachable(ServerState state) {
        ServerState.Unreachable found = state.takeUnreachable();
        if (found == null) {
            return null;
        }
        String server = state.server().address().getAddress().getHostAddress();
        if (found.errno().equals(Errno.ECONNREFUSED)) {
            return "refuses with mark " + Mark.describe(found.mark()) + ": nobody listens there"
                    + answeredWithAnotherMark(state);
        }
        String cause = found.errno().equals(Errno.EPERM)
                ? "the host's own firewall forbids it"
                : found.errno().words();
        String cure = found.errno().equals(Errno.EPERM)
                ? "see its rules for OUTPUT, and the routes of the mark if a policy requires one (require-route)"
                : "see: ip route get " + server + " mark " + Mark.format(found.mark());
        return "can't be reached with mark " + Mark.describe(found.mark()) + ": " + cause
                + answeredWithAnotherMark(state) + "; " + cure;
    }

    /** Says that the server answers with another mark, because another mark may mean another route. */
    private static String answeredWithAnotherMark(ServerState state) {
        ServerState.Answered answer = state.answered();
        return answer == null || System.nanoTime() - answer.atNanos() > LATELY_NANOS
                ? ""
                : "; with mark " + Mark.describe(answer.mark()) + " it has answered within the last minute";
    }

    private void report(ServerState state, String problem) {
        if (problem != null && isNews(problems.get(state), problem)) {
            problems.put(state, new ReportedProblem(problem, System.nanoTime()));
            String line = "server " + state.server() + " " + problem;
            LOG.warn(line);
            standing.tell(new Problem(state), line, PROBLEM_HOLDS_SECONDS);
        }
    }

    /** Whether a problem is worth a line. With many marks there may be a different problem every time. */
    private static boolean isNews(ReportedProblem latest, String problem) {
        if (latest == null) {
            return true;
        }
        long since = System.nanoTime() - latest.atNanos();
        return since > (latest.problem().equals(problem) ? SAME_PROBLEM_NANOS : OTHER_PROBLEM_NANOS);
    }
}
