package org.waymark.commands;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.waymark.control.CommandException;
import org.waymark.control.EventSource;
import org.waymark.control.EventStream;
import org.waymark.dns.DomainName;
import org.waymark.feed.Feed;
import org.waymark.feed.Filter;
import org.waymark.feed.QueryEvent;
import org.waymark.feed.Subscription;
import org.waymark.linux.Endpoint;
import org.waymark.mark.MarkMask;

/** {@code waymark watch}: each query as it ends. Everything here runs on the operators' event loop. */
public final class WatchedQueries implements EventSource {
    /** Each of them costs the workers a little for every query. */
    private static final int MOST_WATCHERS = 8;

    private final Feed feed;
    private final EventLoop loop;
    private int watchers;

    public WatchedQueries(Feed feed, EventLoop loop) {
        this.feed = feed;
        this.loop = loop;
    }

    @Override
    public String name() {
        return "watch";
    }

    @Override
    public Watching begin(Map<String, Object> arguments, EventStream events) throws CommandException {
        Filter filter = filter(new Arguments(arguments));
        if (watchers == MOST_WATCHERS) {
            throw new CommandException(MOST_WATCHERS + " clients are watching already; end one of them");
        }
        watchers++;
        Subscription queries = feed.subscribe(filter);
        Future<?> passing = loop.scheduleWithFixedDelay(
                () -> pass(queries, events),
                Subscription.INTERVAL_MILLIS,
                Subscription.INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
        return () -> {
            watchers--;
            passing.cancel(false);
            queries.close();
        };
    }

    private static Map<String, Object> fields(QueryEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", Instant.ofEpochMilli(event.epochMillis()).toString());
        fields.putAll(event.fields());
        return fields;
    }

    private static void pass(Subscription queries, EventStream events) {
        long leftOut = queries.drain(event -> events.event(fields(event)));
        events.lost(leftOut);
        events.flush();
    }

    private static Filter filter(Arguments arguments) throws CommandException {
        arguments.only("mark", "client", "name");
        Optional<MarkMask> mark = arguments.find("mark", MarkMask::parse);
        Optional<Endpoint> client = arguments.find("client", WatchedQueries::address);
        Optional<DomainName> name = arguments.find("name", DomainName::parse);
        Filter filter = mark.map(Filter.ALL::withMark).orElse(Filter.ALL);
        filter = client.map(filter::ofClient).orElse(filter);
        return name.map(filter::forName).orElse(filter);
    }

    private static Endpoint address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address such as 192.0.2.1 or 2001:db8::1");
        }
        try {
            return Endpoint.of(new InetSocketAddress(InetAddress.getByAddress(bytes), 0));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
