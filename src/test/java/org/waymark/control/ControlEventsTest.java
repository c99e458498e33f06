package org.waymark.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events that come over the control socket until the client goes. */
@Timeout(30)
class ControlEventsTest extends WithControlSocket {
    @Test
    void eventsComeUntilTheClientGoes() throws Exception {
        start(Patience.USUAL);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"tick\",\"never\":true}\n{\"command\":\"tick\"}\n");
            assertEquals("{\"error\":\"never ticks\"}", client.lines.readLine());
            assertEquals("{\"ok\":{}}", client.lines.readLine());
            EventStream events = ticker.begun.take();
            loops.next().submit(() -> {
                events.event(Map.of("n", 1));
                events.lost(3);
                events.flush();
            });
            assertEquals("{\"event\":{\"n\":1}}", client.lines.readLine());
            assertEquals("{\"lost\":3}", client.lines.readLine());
        }
        ticker.ended.await();
    }

    @Test
    void aClientThatReadsEventsTooSlowlyIsToldHowManyItMisses() throws Exception {
        start(Patience.USUAL);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"tick\"}\n");
            EventStream events = ticker.begun.take();
            int sent = 100_000;
            loops.next()
                    .submit(() -> {
                        for (int i = 0; i < sent; i++) {
                            events.event(Map.of("n", i));
                            events.flush();
                        }
                    })
                    .sync();
            loops.next().scheduleWithFixedDelay(events::flush, 1, 1, TimeUnit.MILLISECONDS);
            assertEquals("{\"ok\":{}}", client.lines.readLine());
            int read = 0;
            String line = client.lines.readLine();
            while (line.startsWith("{\"event\"")) {
                read++;
                line = client.lines.readLine();
            }
            assertTrue(read < sent, "all were sent");
            assertEquals("{\"lost\":" + (sent - read) + "}", line);
        }
    }
}
