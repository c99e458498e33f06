package org.waymark.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.cache.CacheFile;
import org.waymark.config.Cache;
import org.waymark.worker.Workers;

/**
 * Lets the answers in the cache outlive the process, where the configuration says so. Whatever is wrong with the file, Waymark starts. The
 * file is there only while no Waymark runs: what was removed from the cache since would come back from it after a crash.
 */
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

    private static boolean isWanted(Cache configured) {
        return configured.persist() && configured.size() > 0;
    }

    /** Keeps the answers that the process before has written. */
    void restore(Cache configured) {
        if (isWanted(configured)) {
            read(configured);
            if (!Files.isWritable(path.toAbsolutePath().getParent())) {
                LOG.warn("the cache will be lost at the stop: can't write to {} (cache.persist)", path.getParent());
            }
        }
        delete();
    }

    private void read(Cache configured) {
        try {
            int answers = CacheFile.read(path, workers.cache(), workers.views(), configured.stale());
            LOG.info("answers in the cache again, from {}: {}", path, answers);
        } catch (NoSuchFileException e) {
            LOG.info("the cache is empty: no Waymark before has written {} (cache.persist)", path);
        } catch (CacheFile.BrokenException e) {
            LOG.warn("the cache is empty: {} can't be used, because {} (cache.persist)", path, e.getMessage());
        } catch (IOException e) {
            LOG.warn("the cache is empty: can't read {}: {} (cache.persist)", path, e.toString());
        }
    }

    private void delete() {
        try {
            if (Files.isRegularFile(path)) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn(
                    "what is in {} may come back into the cache at the next start, because it can't be deleted: {} (cache.persist)",
                    path,
                    e.toString());
        }
    }

    /** Writes the answers for the next process. */
    void save(Cache configured) {
        if (isWanted(configured)) {
            try {
                CacheFile.write(path, workers.cache(), workers.views(), configured.stale());
            } catch (IOException e) {
                LOG.warn("the cache is lost: can't write {}: {} (cache.persist)", path, e.toString());
            }
        }
    }
}
