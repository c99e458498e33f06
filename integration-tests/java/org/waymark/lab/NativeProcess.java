package org.waymark.lab;

import java.nio.file.Path;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A process that gets descriptors of this one, from 3 on, which the JDK gives to none (man 3 posix_spawn). */
final class NativeProcess {
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private static final int FIRST_DESCRIPTOR = 3;
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    /** O_WRONLY, O_CREAT and O_APPEND. */
    private static final int APPEND = 1 | 0x40 | 0x400;

    private static final int READABLE = 0x1a4;

    /** More than posix_spawn_file_actions_t has. */
    private static final int ACTIONS_BYTES = 256;

    private static final int WNOHANG = 1;
    private static final int TERM = 15;
    private static final int KILL = 9;

    private final int pid;
    private boolean ended;
    private int status;

    /** See sections 2 and 3 of the manual. */
    public interface LibC {
        int posix_spawnp(
                Pointer pid, String file, Pointer actions, long attributes, String[] arguments, String[] environment);

        int posix_spawn_file_actions_init(Pointer actions);

        int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

        int posix_spawn_file_actions_addopen(Pointer actions, int fd, String path, int flags, int mode);

        int posix_spawn_file_actions_destroy(Pointer actions);

        int waitpid(int pid, Pointer status, int options);

        int kill(int pid, int signal);
    }

    private NativeProcess(int pid) {
        this.pid = pid;
    }

    /**
     * Starts a program.
     *
     * @param output what it writes is added to this file
     * @param environment all of it, as NAME=VALUE
     * @param descriptors those that it gets
     */
    static NativeProcess start(List<String> command, Path output, List<String> environment, List<Integer> descriptors) {
        Pointer actions = Memory.allocateDirect(RUNTIME, ACTIONS_BYTES);
        Pointer pid = Memory.allocateDirect(RUNTIME, Integer.BYTES);
        check(LIBC.posix_spawn_file_actions_init(actions));
        check(LIBC.posix_spawn_file_actions_addopen(actions, STANDARD_OUTPUT, output.toString(), APPEND, READABLE));
        check(LIBC.posix_spawn_file_actions_adddup2(actions, STANDARD_OUTPUT, STANDARD_ERROR));
        for (int i = 0; i < descriptors.size(); i++) {
            check(LIBC.posix_spawn_file_actions_adddup2(actions, descriptors.get(i), FIRST_DESCRIPTOR + i));
        }
        check(LIBC.posix_spawnp(
                pid, command.get(0), actions, 0, command.toArray(String[]::new), environment.toArray(String[]::new)));
        check(LIBC.posix_spawn_file_actions_destroy(actions));
        return new NativeProcess(pid.getInt(0));
    }

    private static void check(int error) {
        if (error != 0) {
            throw new IllegalStateException("errno " + error);
        }
    }

    int pid() {
        return pid;
    }

    void terminate() {
        LIBC.kill(pid, TERM);
    }

    void kill() {
        LIBC.kill(pid, KILL);
    }

    synchronized boolean isAlive() {
        Pointer result = Memory.allocateDirect(RUNTIME, Integer.BYTES);
        if (!ended && LIBC.waitpid(pid, result, WNOHANG) == pid) {
            ended = true;
            status = result.getInt(0);
        }
        return !ended;
    }

    /** Waits for its end. Returns the status as waitpid tells it: 0, or other numbers that are not the exit status. */
    int await() {
        Waiting.until(Waiting.PATIENCE, "process " + pid + " ends", () -> !isAlive());
        return status;
    }
}
