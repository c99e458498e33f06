package org.waymark.lab;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares packets with the marks that they are due. It keeps a little for each 5-tuple, and the stories of what is wrong. */
final class Judge {
    private static final int STORIES = 20;
    private static final Pattern DUE = Pattern.compile("\\.m(\\d+)\\.", Pattern.CASE_INSENSITIVE);

    private final long mask;
    private final Map<LoggedPacket.Tuple, Flow> flows = new HashMap<>();
    private final Map<String, Map<Long, Integer>> marksOfNames = new HashMap<>();
    private final List<String> stories = new ArrayList<>();
    private long packets;
    private long queries;
    private long answers;
    private long wrong;
    private long wrongOut;
    private long shared;
    private long ofNoQuery;

    /**
     * @param mask the bits of marks that count
     */
    Judge(long mask) {
        this.mask = mask;
    }

    /**
     * Takes a packet from the log.
     *
     * @param prefix b for a packet that begins a connection; then, as for every packet, o or i for one that goes out or comes in
     *     with its own mark, O or I for one with its connection's mark
     */
    void packet(char prefix, long loggedMark, ByteBuffer bytes) {
        LoggedPacket packet = LoggedPacket.read(bytes, "oOb".indexOf(prefix) >= 0);
        long mark = loggedMark & mask;
        if (packet == null) {
            return;
        }
        Flow flow = flows.computeIfAbsent(packet.tuple(), tuple -> new Flow());
        if (prefix == 'b') {
            ofNoQuery += flow.begin();
            return;
        }
        if (Character.isLowerCase(prefix)) {
            flow.putPacketMark(packet.outgoing(), mark);
            return;
        }
        packets++;
        flow.seen(System.nanoTime());
        judge(packet, flow, new Flow.Marks(packet.outgoing(), flow.takePacketMark(packet.outgoing()), mark));
    }

    private void judge(LoggedPacket packet, Flow flow, Flow.Marks marks) {
        for (String name : packet.names()) {
            long due = dueOf(name);
            if (due == Flow.UNKNOWN) {
                due = flow.due() == Flow.UNKNOWN ? marks.ofConnection() : flow.due();
                count(name, marks);
            }
            if (flow.due() != Flow.UNKNOWN && flow.due() != due) {
                shared++;
                tell(name + " is due " + due + ", but " + packet.tuple().text() + " was due " + flow.due() + " until "
                        + flow.silence().toMillis() + " ms ago");
            }
            flow.due(due);
        }
        if (!packet.names().isEmpty()) {
            queries += packet.outgoing() ? packet.names().size() : 0;
            answers += packet.outgoing() ? 0 : packet.names().size();
            for (Flow.Marks early : flow.takeEarly()) {
                compare(packet, flow.due(), early);
            }
        }
        if (flow.due() != Flow.UNKNOWN) {
            compare(packet, flow.due(), marks);
        } else if (packet.tuple().tcp()) {
            flow.putEarly(marks);
        } else {
            ofNoQuery++;
        }
    }

    private void compare(LoggedPacket packet, long due, Flow.Marks marks) {
        if (marks.ofPacket() != due || marks.ofConnection() != due) {
            wrong++;
            wrongOut += marks.outgoing() ? 1 : 0;
            tell((packet.names().isEmpty() ? "a packet" : packet.names()) + (marks.outgoing() ? " out by " : " in by ")
                    + packet.tuple().text() + " is due " + due + ", packet mark " + marks.ofPacket()
                    + ", connection mark " + marks.ofConnection());
        }
    }

    private void tell(String story) {
        if (stories.size() < STORIES) {
            stories.add(story);
        }
    }

    private void count(String name, Flow.Marks marks) {
        if (marks.outgoing()) {
            marksOfNames.computeIfAbsent(name, any -> new TreeMap<>()).merge(marks.ofConnection(), 1, Integer::sum);
        }
    }

    private static long dueOf(String name) {
        Matcher matcher = DUE.matcher(name);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : Flow.UNKNOWN;
    }

    Measurement measurement() {
        int early = flows.values().stream().mapToInt(Flow::earlyPackets).sum();
        Map<String, Map<Long, Integer>> marks = new TreeMap<>();
        marksOfNames.forEach((name, counts) -> marks.put(name, new TreeMap<>(counts)));
        return new Measurement(
                packets, queries, answers, wrong, wrongOut, shared, ofNoQuery + early, List.copyOf(stories), marks);
    }
}
