package org.waymark.forward;

import java.util.ArrayDeque;
import java.util.List;
import org.waymark.cache.CacheAccess;
import org.waymark.cache.Claims;
import org.waymark.cache.Key;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.names.Action;
import org.waymark.policy.Decision;
import org.waymark.policy.Policy;
import org.waymark.sets.AddressSink;
import org.waymark.upstream.UpstreamSockets;

/**
 * Takes in the queries of one worker and sees to it that each is answered: by the policy that refuses it, by the first source that
 * knows the answer, by the policy that makes an answer, or by a server. It runs on the worker's event loop only.
 */
public final class Forwarder {
    private final List<AnswerSource> sources;
    private final Counters counters;
    private final HeldAnswers held;
    private final ClientAnswers answers;
    private final PolicyAnswers policyAnswers;
    private final CacheAccess cache;
    private final PendingQueries pending;
    private final PolicyRates rates;

    /** Those that may be answered from the cache. */
    private final ArrayDeque<Query> taken = new ArrayDeque<>();

    private Policy policy;

    /**
     * @param loop the worker's
     * @param upstreams the worker's way to the servers
     * @param policy decides about queries
     * @param groups the groups of servers that it chooses from
     * @param sources asked in this order, before a server is
     * @param cache asked after them
     * @param claims those of the process on answers that are not in the cache
     * @param limits those of the process; queries above them are refused
     * @param counters the worker's counters
     * @param sink takes the addresses in answers that policies and domains want in sets
     * @param endings learns how every query ends
     */
    public Forwarder(
            Loop loop,
            UpstreamSockets upstreams,
            Policy policy,
            List<ServerGroup> groups,
            List<AnswerSource> sources,
            CacheAccess cache,
            Claims claims,
            QueryLimits limits,
            Counters counters,
            AddressSink sink,
            QueryEndings endings) {
        this.policy = policy;
        this.sources = List.copyOf(sources);
        this.counters = counters;
        this.held = new HeldAnswers(loop, sink, counters);
        this.answers = new ClientAnswers(loop, counters, endings, held);
        this.policyAnswers = new PolicyAnswers(counters, answers);
        this.cache = cache;
        this.pending = new PendingQueries(loop, upstreams, groups, limits, counters, answers, cache, claims);
        this.rates = new PolicyRates(limits);
    }

    /**
     * Decides by another policy from now on. Pending queries keep what was decided about them.
     *
     * @param newPolicy decides about queries
     * @param newGroups the groups of servers that it chooses from
     */
    public void adopt(Policy newPolicy, List<ServerGroup> newGroups) {
        policy = newPolicy;
        pending.adopt(newGroups);
    }

    /**
     * Takes in a well-formed query; it is answered now or later. {@link #answerTaken} must follow when all that have come together are
     * taken in.
     *
     * @param query who asks
     * @param message the message, whose question is known; it must not change until then
     * @param connectionMark what conntrack told of the client's connection, as {@link ConnectionMark} codes it
     */
    public void take(Query query, WireMessage message, long connectionMark) {
        count(connectionMark);
        query.join(message.id(), connectionMark);
        Decision decision = policy.decide(connectionMark, message);
        query.decision(decision);
        if (decision.action() == Action.REFUSE) {
            answers.refuseBy(decision.rule(), query, message);
            return;
        }
        for (int i = 0; i < sources.size(); i++) {
            WireMessage answer = sources.get(i).answer(message);
            if (answer != null) {
                answers.giveOwn(query, message, answer);
                return;
            }
        }
        if (!decision.forwards() && policyAnswers.answer(query, message, decision)) {
            return;
        }
        if (rates.exceeds(query)) {
            answers.refuse(query, message, Outcome.TOO_MANY_PER_SECOND);
            return;
        }
        long view = pending.groupOf(decision).viewOf(decision.mark());
        Key key = cache.key(query.key(), view, query.variant(), message);
        if (key.isUsable()) {
            cache.expect(key);
            taken.add(query);
        } else {
            pending.ask(query, message, decision, key);
        }
    }

    /** Answers the queries that were taken in from the cache, or has servers asked. */
    public void answerTaken() {
        cache.lookAhead();
        try {
            for (Query query = taken.poll(); query != null; query = taken.poll()) {
                answer(query);
            }
        } finally {
            // What is left after a failure must not be answered later: its message is overwritten by then.
            taken.clear();
        }
    }

    private void answer(Query query) {
        Key key = query.key();
        WireMessage message = key.question();
        WireMessage kept = cache.find(key, message, query.payloadLimit(), query.arrivedAt());
        if (kept == null) {
            counters.add(Count.CACHE_MISSES);
            pending.ask(query, message, query.decision(), key);
            return;
        }
        counters.add(cache.isStale() ? Count.CACHE_STALE : Count.CACHE_HITS);
        answers.giveKept(query, message, kept, cache.isStale());
        if (cache.takeRefresh(key)) {
            pending.refresh(query, message, query.decision(), key);
        }
    }

    private void count(long connectionMark) {
        if (ConnectionMark.isKnown(connectionMark)) {
            counters.add(Count.MARK_KNOWN);
            counters.marks().add(ConnectionMark.value(connectionMark));
        } else {
            counters.add(connectionMark == ConnectionMark.NO_ENTRY ? Count.MARK_NO_ENTRY : Count.MARK_UNAVAILABLE);
        }
    }

    /**
     * @return whether no query is in flight, and no answer waits
     */
    public boolean isIdle() {
        return pending.isIdle() && held.isEmpty();
    }

    /**
     * @return what is in flight; it is counted at every call, so call this seldom
     */
    public InFlight inFlight() {
        return pending.inFlight();
    }

    /** Gives up on every query in flight, for good: each gets SERVFAIL now, and so does any that still comes. */
    public void stop() {
        pending.stop();
        held.stop();
    }
}
