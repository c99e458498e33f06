package org.waymark.server;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.cache.CacheFile;
import org.waymark.config.Cache;
import org.waymark.worker.Workers;

/** Lets the answers in the cache outlive the process, where the configuration says so. Whatever is wrong with the file, Waymark starts. */
final class CacheStorage {
    private static final Logger LOG = LoggerFactory.getLogger(CacheStorage.class);
    private static final String NAME = "cache";

    private final Workers workers;
    private final Path path;

    /**
     * @param folder where the file is
     */
    CacheStorage(Workers workers, Path folder) {
        this.workers = workers;
        this.path = folder.resolve(NAME);
    }

    /** Keeps the answers that the process before has written. */
    void restore(Cache configured) {
        if (!configured.persist() || configured.size() == 0) {
            return;
        }
        try {
            int answers = CacheFile.read(path, workers.cache(), workers.views());
            LOG.info("answers in the cache again, from {}: {}", path, answers);
        } catch (NoSuchFileException e) {
            LOG.info("the cache is empty: no Waymark before has written {} (cache.persist)", path);
        } catch (CacheFile.BrokenException e) {
            LOG.warn("the cache is empty: {} can't be used, because {} (cache.persist)", path, e.getMessage());
        } catch (IOException e) {
            LOG.warn("the cache is empty: can't read {}: {} (cache.persist)", path, e.toString());
        }
    }

    /** Writes the answers for the next process. */
    void save(Cache configured) {
        if (!configured.persist() || configured.size() == 0) {
            return;
        }
        try {
            CacheFile.write(path, workers.cache(), workers.views());
        } catch (IOException e) {
            LOG.warn("the cache is lost: can't write {}: {} (cache.persist)", path, e.toString());
        }
    }
}
