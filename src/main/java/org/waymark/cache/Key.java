package org.waymark.cache;

import org.waymark.dns.Header;
import org.waymark.dns.SipHash;
import org.waymark.dns.Variant;
import org.waymark.dns.WireMessage;

/**
 * What an answer is kept under: the view and the variant of the query, and its question, in which upper and lower case are the same. One
 * object is used for one query after another. Its question must not change as long as it is in use.
 */
public final class Key {
    private long hash;
    private long view;
    private int variant = Variant.NONE;
    private WireMessage question;

    /** Makes this the key of a query whose question is known. */
    void of(SipHash hashes, long itsView, int itsVariant, WireMessage query) {
        view = itsView;
        variant = itsVariant;
        question = query;
        int start = query.offset() + Header.LENGTH;
        int end = query.offset() + query.questionEnd();
        hash = hashes.of(view * 31 + variant, query.buffer(), start, end, SipHash.LETTERS_SMALL);
    }

    /**
     * Makes this the same key as another, with the question in another message.
     *
     * @param other the key
     * @param query a copy of its query
     */
    public void copyOf(Key other, WireMessage query) {
        hash = other.hash;
        view = other.view;
        variant = other.variant;
        question = query;
    }

    /** Makes this a key that nothing is kept under. */
    public void clear() {
        variant = Variant.NONE;
        question = null;
    }

    /**
     * @return whether something may be kept under it
     */
    public boolean isUsable() {
        return variant != Variant.NONE;
    }

    /** The hash of all of it. */
    public long hash() {
        return hash;
    }

    long view() {
        return view;
    }

    int variant() {
        return variant;
    }

    /**
     * @return the query, whose question is part of the key; null if this is not usable
     */
    public WireMessage question() {
        return question;
    }
}
