package org.waymark.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.waymark.upstream.ServerPath;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.UpstreamServer;

class ServerByMarkTest {
    private final ServerState server =
            new ServerState(new UpstreamServer(new InetSocketAddress("192.0.2.53", 53), false));

    private ServerPath path(int mark, boolean isDown, long millis) {
        return new ServerPath(server, mark, false, isDown, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** So that no mark that is told to be slower has less than the server. */
    @Test
    void slowerMarksAreComparedWithTheRoundTripTimeThatIsTold() {
        ServerByMark byMark = ServerByMark.of(
                server,
                List.of(
                        path(1, false, 4),
                        path(2, false, 3),
                        path(3, false, 9),
                        path(4, false, 900),
                        path(5, false, 4)));

        assertEquals(4, byMark.roundTripMillis());
        assertEquals(List.of(4L), marks(byMark));
        assertEquals(ServerByMark.State.UP, byMark.state());
    }

    @Test
    void marksAreToldForWhichTheServerIsDownUnlessItIsForAll() {
        ServerByMark some = ServerByMark.of(server, List.of(path(1, true, 4), path(2, false, 3)));
        assertEquals(List.of(1L), marks(some));
        assertEquals(ServerByMark.State.DOWN_FOR_SOME, some.state());

        ServerByMark all = ServerByMark.of(server, List.of(path(1, true, 4), path(2, true, 3)));
        assertEquals(List.of(), marks(all));
        assertEquals(ServerByMark.State.DOWN, all.state());
    }

    @Test
    void serverThatWasNotAskedLatelyHasNoRoundTripTime() {
        ServerByMark none = ServerByMark.of(server, List.of());
        assertEquals(0, none.roundTripMillis());
        assertEquals(ServerByMark.State.NOT_ASKED, none.state());
    }

    private static List<Object> marks(ServerByMark byMark) {
        return byMark.differing().stream()
                .map((Map<String, Object> each) -> each.get("mark"))
                .toList();
    }
}
