package org.waymark.server;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.host.HostCheck;
import org.waymark.host.OwnTable;
import org.waymark.host.StartException;
import org.waymark.linux.LinuxException;
import org.waymark.settings.CannotAdoptException;
import org.waymark.settings.Settings;
import org.waymark.settings.SettingsWatch;
import org.waymark.worker.Changes;
import org.waymark.worker.Preparation;

/**
 * Puts settings into force while queries come. What the host may refuse comes first: if it refuses, nothing has changed. Then Waymark's own
 * table is made what the former and the next settings need together, the workers change over, and the table loses what nothing uses any
 * more. So at any moment it knows every address, server and mark that is in use. All methods are called on one thread.
 */
final class Changeover implements SettingsWatch.Adopter {
    private static final Logger LOG = LoggerFactory.getLogger(Changeover.class);

    /** A packet that has met the former rules is in a socket long before. */
    private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final OwnTable ownTable;
    private final Changes workers;
    private final Consumer<Configuration> listenersChanged;
    private volatile Settings present;

    /**
     * @param present the settings in force
     * @param listenersChanged is told when listeners, or the source of marks, may have changed
     */
    Changeover(OwnTable ownTable, Changes workers, Settings present, Consumer<Configuration> listenersChanged) {
        this.ownTable = ownTable;
        this.workers = workers;
        this.listenersChanged = listenersChanged;
        this.present = present;
    }

    /** The settings in force. Any thread may ask. */
    Settings present() {
        return present;
    }

    @Override
    public void adopt(Settings next) throws CannotAdoptException {
        Marking former = present.configuration().marking();
        Marking marking = next.configuration().marking();
        try {
            if (marking.source() != former.source()) {
                HostCheck.run(marking.source());
            }
            try (Preparation prepared = workers.prepare(next)) {
                changeOver(prepared, next);
            }
        } catch (StartException e) {
            throw new CannotAdoptException(e.getMessage(), e);
        } catch (LinuxException e) {
            throw new CannotAdoptException("can't change Waymark's own table: " + e.errno(), e);
        }
        boolean isReload = !next.configuration().equals(present.configuration());
        present = next;
        if (isReload) {
            listenersChanged.accept(next.configuration());
            tidy();
        }
        if (!marking.equals(former)) {
            ownTable.announce();
        }
    }

    private void changeOver(Preparation prepared, Settings next) throws StartException, LinuxException {
        Marking marking = next.configuration().marking();
        boolean otherMarks = !marking.equals(present.configuration().marking());
        boolean between = otherMarks && packetsWouldBringOtherMarks(marking);
        if (between) {
            workers.lookUpMarks();
        }
        try {
            ownTable.serve(next.configuration(), next.servers(), workers.use());
            if (otherMarks) {
                LockSupport.parkNanos(UNDER_WAY_NANOS);
            }
            workers.adopt(prepared, ownTable.unknown(marking));
        } catch (StartException | LinuxException e) {
            comeBack(between);
            throw e;
        }
    }

    /**
     * Whether the mark of a packet means that of its connection before, and what the host's rules have made of it afterwards, or the other
     * way round. Then there must be a time in between at which nobody relies on it.
     */
    private boolean packetsWouldBringOtherMarks(Marking marking) {
        boolean relies = workers.use().reliesOnTable();
        boolean willRely = marking.source() == Marking.Source.CONNTRACK && marking.ownRule();
        boolean tookPackets = present.configuration().marking().source() == Marking.Source.PACKET;
        return marking.source() == Marking.Source.PACKET ? relies : tookPackets && willRely;
    }

    private void comeBack(boolean between) {
        tidy();
        if (between) {
            try {
                workers.takeMarksAgain(ownTable.unknown(present.configuration().marking()));
            } catch (StartException e) {
                LOG.warn("conntrack is asked for the mark of each query from now on: {}", e.getMessage());
            }
        }
    }

    @Override
    public void tidy() {
        try {
            Configuration configuration = present.configuration();
            ownTable.serve(configuration, present.servers(), workers.use());
        } catch (IOException e) {
            LOG.warn("can't remove what is not used any more from Waymark's own table: {}", e.getMessage());
        }
    }
}
