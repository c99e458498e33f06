package org.waymark.cache;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.waymark.dns.DomainName;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Counters;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** A cache and one worker's way to it, for tests. */
abstract class CacheAccessLab {
    static final int UDP_LIMIT = 1232;
    static final long VIEW = Views.view(1, 0x89);

    final Counters counters = new Counters();
    final AnswerCache cache = new AnswerCache(1 << 20, new SipHash(1, 2));
    CacheAccess access = access(Duration.ZERO, Duration.ofDays(1), Duration.ZERO);
    long seconds = 1_000;

    @AfterEach
    void freeTheMemory() {
        cache.close();
    }

    CacheAccess access(Duration minTtl, Duration maxTtl, Duration stale, String... never) {
        List<DomainName> names = List.of(never).stream().map(DomainName::parse).toList();
        return new CacheAccess(cache, CacheRules.of(minTtl, maxTtl, stale, Set.copyOf(names)), counters);
    }

    static Message query(String name, int type) {
        Message query = new Message(1);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(name(name), type, DClass.IN), Section.QUESTION);
        return query;
    }

    static Name name(String text) {
        return Name.fromConstantString(text + ".");
    }

    static Message answer(Message query, Record... answers) {
        Message answer = query.clone();
        answer.getHeader().setFlag(Flags.QR);
        for (Record record : answers) {
            answer.addRecord(record, Section.ANSWER);
        }
        return answer;
    }

    static Record a(String name, long ttl) {
        try {
            return new ARecord(name(name), DClass.IN, ttl, InetAddress.getByName("192.0.2.1"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static SOARecord soa(long ttl, long minimum) {
        return new SOARecord(name("example"), DClass.IN, ttl, name("ns"), name("admin"), 1, 2, 3, 4, minimum);
    }

    /** The answer that is kept, as it would be given now, but for the id; null if there is none. */
    byte[] find(long view, Message query, int limit) {
        WireMessage message = WireMessage.of(query.toWire());
        QueryReader reader = new QueryReader();
        reader.read(message);
        Key key = access.key(new Key(), view, reader.variant(), message);
        WireMessage found = access.find(key, message, limit, TimeUnit.SECONDS.toNanos(seconds));
        return found == null ? null : found.bytes();
    }

    byte[] find(Message query) {
        return find(VIEW, query, UDP_LIMIT);
    }

    void keep(Message query, Message answer, int limit) {
        keep(query, answer.toWire(65_535), limit);
    }

    void keep(Message query, byte[] answer) {
        keep(query, answer, UDP_LIMIT);
    }

    void keep(Message query, byte[] answer, int limit) {
        WireMessage message = WireMessage.of(query.toWire());
        QueryReader reader = new QueryReader();
        reader.read(message);
        Key key = access.key(new Key(), VIEW, reader.variant(), message);
        if (key.isUsable()) {
            access.keep(key, WireMessage.of(answer), limit, TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    void keep(Message query, Message answer) {
        keep(query, answer, UDP_LIMIT);
    }
}
