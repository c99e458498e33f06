package org.waymark.server;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.systemd.Notifier;

/** Tells systemd how Waymark is doing, or the log that this is not possible. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final Notifier notifier;

    Notices(Notifier notifier) {
        this.notifier = notifier;
    }

    /** What can be told. */
    interface Notice {
        void send(Notifier notifier) throws IOException;
    }

    void send(Notice notice) {
        try {
            notice.send(notifier);
        } catch (IOException e) {
            LOG.warn("can't notify systemd: {}", e.getMessage());
        }
    }
}
