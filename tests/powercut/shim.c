/* Records what a process asks of the disk below one folder: loaded with LD_PRELOAD, calls the
 * true functions, appends one record for each that succeeded to the file POWERCUT_LOG.
 *
 * Record: op (1 byte), offset (8), length of name (4), length of data (4), name, data.
 * Nothing is recorded of files outside POWERCUT_ROOT, of reading, or of memory maps (SQLite maps
 * its -shm file only, which holds nothing that a recovery reads).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 'o', WRITE = 'w', TRUNCATE = 't', SYNC = 's', RENAME = 'r', UNLINK = 'u' };
#define FILES 4096

static char *names[FILES];
static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define TRUE_OF(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("POWERCUT_ROOT"), *path = getenv("POWERCUT_LOG");
    if (!folder || !path || !realpath(folder, root)) return;
    root_length = strlen(root);
    log_fd = TRUE_OF(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void put(const void *data, size_t length) {
    static ssize_t (*true_write)(int, const void *, size_t);
    if (!true_write) true_write = TRUE_OF(write);
    const char *position = data;
    while (length) {
        ssize_t done = true_write(log_fd, position, length);
        if (done < 0) {
            if (errno == EINTR) continue;
            abort(); /* a trace with a hole proves nothing */
        }
        position += done;
        length -= (size_t)done;
    }
}

static void record(char op, uint64_t offset, const char *name, const void *data, size_t length) {
    if (log_fd < 0) return;
    int kept = errno;
    char head[17];
    uint32_t name_length = (uint32_t)strlen(name), data_length = (uint32_t)length;
    head[0] = op;
    memcpy(head + 1, &offset, 8);
    memcpy(head + 9, &name_length, 4);
    memcpy(head + 13, &data_length, 4);
    pthread_mutex_lock(&lock);
    put(head, sizeof head);
    put(name, name_length);
    put(data, length);
    pthread_mutex_unlock(&lock);
    errno = kept;
}

/* The path below the root, or NULL. The last part need not exist. */
static const char *below(int folder, const char *path, char *out) {
    if (log_fd < 0 || !path) return NULL;
    char whole[PATH_MAX], parent[PATH_MAX];
    if (path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else if (folder == AT_FDCWD) {
        if (!getcwd(parent, sizeof parent)) return NULL;
        int length = snprintf(whole, sizeof whole, "%s/%s", parent, path);
        if (length >= (int)sizeof whole) return NULL;
    } else if (folder >= 0 && folder < FILES && names[folder]) {
        int length = snprintf(whole, sizeof whole, "%s/%s/%s", root, names[folder], path);
        if (length >= (int)sizeof whole) return NULL;
    } else {
        return NULL;
    }
    if (!realpath(whole, out)) {
        char *slash = strrchr(whole, '/');
        if (!slash) return NULL;
        *slash = 0;
        if (!realpath(whole, out)) return NULL;
        strncat(out, "/", PATH_MAX - strlen(out) - 1);
        strncat(out, slash + 1, PATH_MAX - strlen(out) - 1);
    }
    if (strncmp(out, root, root_length)) return NULL;
    if (out[root_length] == 0) return out + root_length;
    return out[root_length] == '/' ? out + root_length + 1 : NULL;
}

static int opened(int fd, int folder, const char *path, int flags, int existed) {
    char out[PATH_MAX];
    if (fd < 0 || fd >= FILES) return fd;
    const char *name = below(folder, path, out);
    pthread_mutex_lock(&lock);
    free(names[fd]);
    names[fd] = name ? strdup(name) : NULL;
    pthread_mutex_unlock(&lock);
    if (!name) return fd;
    if ((flags & O_CREAT) && !existed) record(OPEN, 0, name, "", 0);
    else if (flags & O_TRUNC) record(TRUNCATE, 0, name, "", 0);
    return fd;
}

static int exists(int folder, const char *path) {
    struct stat found;
    int kept = errno, answer = fstatat(folder, path, &found, 0) == 0;
    errno = kept;
    return answer;
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

#define OPENING(name)                                                                  \
    int name(const char *path, int flags, ...) {                                       \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = mode_of(flags, rest);                                            \
        va_end(rest);                                                                  \
        int existed = exists(AT_FDCWD, path);                                          \
        return opened(TRUE_OF(name)(path, flags, mode), AT_FDCWD, path, flags, existed); \
    }
#define OPENING_AT(name)                                                               \
    int name(int folder, const char *path, int flags, ...) {                           \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = mode_of(flags, rest);                                            \
        va_end(rest);                                                                  \
        int existed = exists(folder, path);                                            \
        return opened(TRUE_OF(name)(folder, path, flags, mode), folder, path, flags, existed); \
    }
OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)

static const char *name_of(int fd) { return fd >= 0 && fd < FILES ? names[fd] : NULL; }

int close(int fd) {
    if (fd >= 0 && fd < FILES && names[fd]) {
        pthread_mutex_lock(&lock);
        free(names[fd]);
        names[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return TRUE_OF(close)(fd);
}

ssize_t write(int fd, const void *data, size_t length) {
    const char *name = name_of(fd);
    off64_t at = 0;
    if (name) {
        int flags = fcntl(fd, F_GETFL);
        struct stat found;
        if (flags & O_APPEND) at = fstat(fd, &found) ? 0 : found.st_size;
        else at = lseek64(fd, 0, SEEK_CUR);
    }
    ssize_t done = TRUE_OF(write)(fd, data, length);
    if (name && done > 0) record(WRITE, (uint64_t)at, name, data, (size_t)done);
    return done;
}

#define WRITING_AT(symbol, offset_type)                                                \
    ssize_t symbol(int fd, const void *data, size_t length, offset_type at) {          \
        ssize_t done = TRUE_OF(symbol)(fd, data, length, at);                          \
        const char *name = name_of(fd);                                                \
        if (name && done > 0) record(WRITE, (uint64_t)at, name, data, (size_t)done);   \
        return done;                                                                   \
    }
WRITING_AT(pwrite, off_t)
WRITING_AT(pwrite64, off64_t)

/* Nobody here gathers; whoever begins to must be recorded too. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (name_of(fd)) abort();
    return TRUE_OF(writev)(fd, parts, count);
}

/* Copying inside the kernel would pass us by: whoever tries is sent back to reading and writing. */
#define SENDING(symbol, offset_type)                                                   \
    ssize_t symbol(int to, int from, offset_type *at, size_t length) {                 \
        if (!name_of(to)) return TRUE_OF(symbol)(to, from, at, length);                \
        errno = EINVAL;                                                                \
        return -1;                                                                     \
    }
SENDING(sendfile, off_t)
SENDING(sendfile64, off64_t)

#define TRUNCATING(symbol, offset_type)                                                \
    int symbol(int fd, offset_type length) {                                           \
        int status = TRUE_OF(symbol)(fd, length);                                      \
        const char *name = name_of(fd);                                                \
        if (name && status == 0) record(TRUNCATE, (uint64_t)length, name, "", 0);      \
        return status;                                                                 \
    }
TRUNCATING(ftruncate, off_t)
TRUNCATING(ftruncate64, off64_t)

#define SYNCING(symbol)                                                                \
    int symbol(int fd) {                                                               \
        int status = TRUE_OF(symbol)(fd);                                              \
        const char *name = name_of(fd);                                                \
        if (name && status == 0) record(SYNC, 0, name, "", 0);                         \
        return status;                                                                 \
    }
SYNCING(fsync)
SYNCING(fdatasync)

static int renamed(int status, const char *from, const char *to) {
    if (status == 0 && from && to) record(RENAME, 0, from, to, strlen(to));
    return status;
}

int rename(const char *from, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    const char *source = below(AT_FDCWD, from, one), *target = below(AT_FDCWD, to, other);
    return renamed(TRUE_OF(rename)(from, to), source, target);
}

int renameat(int in, const char *from, int out, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    const char *source = below(in, from, one), *target = below(out, to, other);
    return renamed(TRUE_OF(renameat)(in, from, out, to), source, target);
}

int unlink(const char *path) {
    char out[PATH_MAX];
    const char *name = below(AT_FDCWD, path, out);
    int status = TRUE_OF(unlink)(path);
    if (status == 0 && name) record(UNLINK, 0, name, "", 0);
    return status;
}

int unlinkat(int folder, const char *path, int flags) {
    char out[PATH_MAX];
    const char *name = flags & AT_REMOVEDIR ? NULL : below(folder, path, out);
    int status = TRUE_OF(unlinkat)(folder, path, flags);
    if (status == 0 && name) record(UNLINK, 0, name, "", 0);
    return status;
}
