/*
 * A disk that forgets. Preloaded (LD_PRELOAD) into a program, it makes every write to a matching file revocable until
 * the program syncs that file: before each change the old content is appended to an undo journal beside the file
 * (`<file>.undo`), and fsync or fdatasync empties that journal. After a SIGKILL, undoing what the journals hold leaves
 * what a disk with a volatile cache may leave after a power cut.
 *
 * MEETBRUG_VOLATILE_PREFIX: absolute path; files below it match, except -shm files (mapped, never synced, rebuilt by
 * SQLite) and journals.
 *
 * Simplified, each to the side of the program under test: creating, renaming and deleting a file are durable at once
 * (a file system would also need the directory to be synced), and writes by mmap or writev are not seen.
 *
 * Record: five little-endian 64-bit words (kind, offset, new length, old file size, length of old content), then the
 * old content. One append a record, so that only the last can be incomplete; its change was then never made.
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
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4096
enum { RECORD_WRITE = 1, RECORD_TRUNCATE = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *prefix;
/* Descriptor of the file's journal plus one; 0: the file does not match. */
static int journals[DESCRIPTORS_MAX];

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void load(void) {
  prefix = getenv("MEETBRUG_VOLATILE_PREFIX");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_openat = dlsym(RTLD_NEXT, "openat64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_close = dlsym(RTLD_NEXT, "close");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
}

static void ready(void) { pthread_once(&once, load); }

/* A simulation that cannot keep its books must not let the test pass. */
static void give_up(const char *what) {
  fprintf(stderr, "volatile-disk: %s: %s\n", what, strerror(errno));
  abort();
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int matches(const char *path) {
  return prefix != NULL && strncmp(path, prefix, strlen(prefix)) == 0 && !ends_with(path, "-shm") &&
         !ends_with(path, ".undo");
}

static void journal_path(const char *path, char *out) {
  if (snprintf(out, PATH_MAX, "%s.undo", path) >= PATH_MAX) give_up("path too long");
}

static int journal_of(int fd) { return fd >= 0 && fd < DESCRIPTORS_MAX ? journals[fd] - 1 : -1; }

static void append_record(int fd, int journal, uint64_t kind, uint64_t offset, uint64_t new_length) {
  struct stat status;
  if (fstat(fd, &status) != 0) give_up("fstat");
  uint64_t size = (uint64_t)status.st_size;
  uint64_t end = kind == RECORD_TRUNCATE ? size : offset + new_length;
  uint64_t old_length = offset >= size ? 0 : (end < size ? end : size) - offset;
  uint64_t words[5] = {kind, offset, new_length, size, old_length};
  char *record = malloc(sizeof words + old_length);
  if (record == NULL) give_up("malloc");
  memcpy(record, words, sizeof words);
  if (old_length > 0 && pread(fd, record + sizeof words, old_length, (off_t)offset) != (ssize_t)old_length)
    give_up("pread");
  if (real_write(journal, record, sizeof words + old_length) != (ssize_t)(sizeof words + old_length))
    give_up("journal write");
  free(record);
}

static int opened(int fd, int flags, uint64_t size_before) {
  if (fd < 0 || (flags & O_DIRECTORY) != 0 || (flags & O_ACCMODE) == O_RDONLY) return fd;
  char link[64], path[PATH_MAX], journal[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) give_up("readlink");
  path[length] = 0;
  if (!matches(path)) return fd;
  if (fd >= DESCRIPTORS_MAX) give_up("descriptor too high");
  if ((flags & O_TRUNC) != 0 && size_before > 0) {
    errno = ENOTSUP;
    give_up("O_TRUNC of a file with content");
  }
  journal_path(path, journal);
  int journal_fd = real_open(journal, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal_fd < 0) give_up("journal open");
  pthread_mutex_lock(&lock);
  journals[fd] = journal_fd + 1;
  pthread_mutex_unlock(&lock);
  return fd;
}

static uint64_t size_of(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

#define MODE_OF(flags, last, mode)                       \
  mode_t mode = 0;                                       \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {          \
    va_list arguments;                                   \
    va_start(arguments, last);                           \
    mode = (mode_t)va_arg(arguments, int);               \
    va_end(arguments);                                   \
  }

int open64(const char *path, int flags, ...) {
  ready();
  MODE_OF(flags, flags, mode);
  uint64_t size_before = (flags & O_TRUNC) != 0 ? size_of(path) : 0;
  return opened(real_open(path, flags, mode), flags, size_before);
}

int open(const char *path, int flags, ...) {
  MODE_OF(flags, flags, mode);
  return open64(path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
  ready();
  MODE_OF(flags, flags, mode);
  return opened(real_openat(directory, path, flags, mode), flags, 0);
}

int openat(int directory, const char *path, int flags, ...) {
  MODE_OF(flags, flags, mode);
  return openat64(directory, path, flags, mode);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  ready();
  int journal = journal_of(fd);
  if (journal < 0) return real_pwrite(fd, bytes, length, offset);
  pthread_mutex_lock(&lock);
  append_record(fd, journal, RECORD_WRITE, (uint64_t)offset, length);
  ssize_t written = real_pwrite(fd, bytes, length, offset);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t write(int fd, const void *bytes, size_t length) {
  ready();
  int journal = journal_of(fd);
  if (journal < 0) return real_write(fd, bytes, length);
  pthread_mutex_lock(&lock);
  int appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
  off_t offset = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
  if (offset < 0) give_up("lseek");
  append_record(fd, journal, RECORD_WRITE, (uint64_t)offset, length);
  ssize_t written = real_write(fd, bytes, length);
  pthread_mutex_unlock(&lock);
  return written;
}

int ftruncate64(int fd, off_t length) {
  ready();
  int journal = journal_of(fd);
  if (journal < 0) return real_ftruncate(fd, length);
  pthread_mutex_lock(&lock);
  append_record(fd, journal, RECORD_TRUNCATE, (uint64_t)length, 0);
  int outcome = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return outcome;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_and_forget(int fd, int (*sync)(int)) {
  int journal = journal_of(fd);
  if (journal < 0) return sync(fd);
  pthread_mutex_lock(&lock);
  int outcome = sync(fd);
  if (outcome == 0 && real_ftruncate(journal, 0) != 0) give_up("journal truncate");
  pthread_mutex_unlock(&lock);
  return outcome;
}

int fsync(int fd) {
  ready();
  return sync_and_forget(fd, real_fsync);
}

int fdatasync(int fd) {
  ready();
  return sync_and_forget(fd, real_fdatasync);
}

int close(int fd) {
  ready();
  pthread_mutex_lock(&lock);
  int journal = journal_of(fd);
  if (journal >= 0) {
    real_close(journal);
    journals[fd] = 0;
  }
  int outcome = real_close(fd);
  pthread_mutex_unlock(&lock);
  return outcome;
}

int unlink(const char *path) {
  ready();
  char journal[PATH_MAX];
  int outcome = real_unlink(path);
  if (outcome == 0 && matches(path)) {
    journal_path(path, journal);
    real_unlink(journal);
  }
  return outcome;
}

int rename(const char *from, const char *to) {
  ready();
  char from_journal[PATH_MAX], to_journal[PATH_MAX];
  int outcome = real_rename(from, to);
  if (outcome == 0 && matches(from) && matches(to)) {
    journal_path(from, from_journal);
    journal_path(to, to_journal);
    real_rename(from_journal, to_journal);
  }
  return outcome;
}
