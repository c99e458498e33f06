package org.waymark.names;

/** What happens to a query. */
public enum Action {
    /** It goes on: to own records, the cache and the servers. */
    FORWARD,
    /** It is answered with REFUSED. */
    REFUSE,
    /** The name exists and has no records of the type. */
    NODATA,
    /** There is no such name. */
    NXDOMAIN,
    /** It is answered with given records. */
    ANSWER,
    /** It gets no answer at all. */
    DROP,
    /** Over UDP it gets an empty answer with TC, so that its client asks over TCP, where it goes on. */
    TRUNCATE
}
