// Ends the process it is loaded into at its n-th commit, as `kill -9` would. SQLite writes a commit to its log with pwrite64 and
// then has it brought to the disk: once for each commit, and once or twice for each checkpoint.
//
// COMMIT_KILLER_BEFORE=n: nothing of the n-th is written. COMMIT_KILLER_AFTER=n: it is on the disk, and nobody has heard of it.

#ifdef __linux__

#define _GNU_SOURCE
#include "CommitKiller.h"
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long synced;

static long wanted(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void end_process(void) { kill(getpid(), SIGKILL); }

static int is_log(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 4) return 0;
    path[length] = 0;
    return strcmp(path + length - 4, "-wal") == 0;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    long before = wanted("COMMIT_KILLER_BEFORE");
    if (before > 0 && atomic_load(&synced) >= before - 1 && is_log(descriptor)) end_process();
    return real(descriptor, bytes, count, offset);
}

static int count(int result) {
    long after = wanted("COMMIT_KILLER_AFTER");
    if (atomic_fetch_add(&synced, 1) + 1 == after) end_process();
    return result;
}

int fdatasync(int descriptor) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return count(real(descriptor));
}

int fsync(int descriptor) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return count(real(descriptor));
}

#endif
