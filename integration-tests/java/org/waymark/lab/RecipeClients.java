package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The clients that the recipe marks with {@code --many}, 101 to 132 with their number, and ten without a mark, 151 to 160. */
public final class RecipeClients {
    private static final int LAST_MARKED = 132;
    private static final int[] NUMBERS = IntStream.concat(
                    IntStream.rangeClosed(101, LAST_MARKED), IntStream.rangeClosed(151, 160))
            .toArray();

    private static final int AT_ONCE = 20;

    private RecipeClients() {}

    /** How many there are. */
    public static int count() {
        return NUMBERS.length;
    }

    /** The mark that a client is due. */
    public static long markOf(int client) {
        return client <= LAST_MARKED ? client : 0;
    }

    /** The marks that there are among them. */
    public static Set<Long> marks() {
        return IntStream.of(NUMBERS).mapToObj(RecipeClients::markOf).collect(Collectors.toSet());
    }

    /** The address of each. */
    public static List<InetAddress> addresses(Family family) {
        return IntStream.of(NUMBERS).mapToObj(family::client).toList();
    }

    /** A name that tells the mark that the question with this number is due, when they take turns. */
    public static String name(int question) {
        return "q" + question + ".m" + markOf(NUMBERS[question % NUMBERS.length]) + ".example";
    }

    /** Has them put questions over UDP, from one socket each. */
    public static Crowd.Result askOverUdp(Lab lab, InetSocketAddress server, int questions, int inFlight) {
        return askOverUdp(lab, server, questions, inFlight, RecipeClients::name);
    }

    /** Does so for names of the caller's choice, by the number of the question. */
    public static Crowd.Result askOverUdp(
            Lab lab, InetSocketAddress server, int questions, int inFlight, IntFunction<String> names) {
        try (Crowd crowd = Crowd.of(lab, addresses(Family.of(server.getAddress())), server)) {
            return crowd.ask(questions, inFlight, names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has each of them put some questions over a TCP connection of its own. */
    public static Crowd.Result askOverTcp(Lab lab, InetSocketAddress server, int rounds) {
        return askOverTcp(lab, server, rounds, RecipeClients::name);
    }

    /** Does so for names of the caller's choice, by the number of the question. */
    public static Crowd.Result askOverTcp(Lab lab, InetSocketAddress server, int rounds, IntFunction<String> names) {
        return TcpCrowd.of(lab, addresses(Family.of(server.getAddress())), server)
                .ask(rounds, AT_ONCE, names);
    }

    /** What is seen when all questions are answered. */
    public static Crowd.Result allRight(int questions) {
        return new Crowd.Result(questions, 0, List.of());
    }
}
