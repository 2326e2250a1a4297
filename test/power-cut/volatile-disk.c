/*
 * A disk that forgets. Preloaded (LD_PRELOAD) into a program, it makes every write to a matching file revocable until
 * the program syncs that file: before each change the old content is appended to an undo journal beside the file
 * (`<file>.undo`), and fsync or fdatasync empties that journal. Creating, renaming and deleting a file is revocable until
 * its directory is synced (`.entries.undo` in that directory; deleted files wait in `.gone` below the prefix). After a
 * SIGKILL, undoing what the journals hold leaves what a disk with a volatile cache may leave after a power cut.
 *
 * MEETBRUG_VOLATILE_PREFIX: absolute path; files below it match, except -shm files (mapped, never synced, rebuilt by
 * SQLite) and journals.
 * MEETBRUG_VOLATILE_SYNC_US: a sync takes so many microseconds and leaves the real disk alone, which the simulated one does
 * not need; without it the real disk is synced too.
 * MEETBRUG_DISK_CONTROL: file of eight 32-bit words, shared with whoever makes the disk fail: see `struct control`.
 *
 * A sync that fails leaves its pages clean in the cache but not on the disk, as Linux does: the journal gets a
 * RECORD_FAILED_SYNC and is kept from then on; later syncs are noted as RECORD_SYNC and make only newer changes durable.
 *
 * Not modelled, each to the side of the program under test: making and removing directories (durable at once), writes
 * by mmap or writev, and renaming from one directory to another (aborts).
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4096
enum { RECORD_WRITE = 1, RECORD_TRUNCATE = 2, RECORD_FAILED_SYNC = 3, RECORD_SYNC = 4 };

/* The first three are set by the test, the others counted here. */
struct control {
  uint32_t full;          /* nothing may grow: ENOSPC */
  uint32_t read_only;     /* nothing may be written: EROFS */
  uint32_t fail_sync_in;  /* the sync that counts this down to 0 fails: EIO */
  uint32_t refused_writes;
  uint32_t failed_syncs;
  uint32_t syncs;
  uint32_t unused[2];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *prefix;
/* -1: as long as the real disk takes. */
static int sync_us = -1;
static struct control no_control;
static volatile struct control *control = &no_control;
static unsigned gone_count;
/* Descriptor of the file's journal plus one; 0: the file does not match. */
static int journals[DESCRIPTORS_MAX];
/* The file that the journal belongs to: some libraries close by a system call of their own, unseen from here. */
static ino_t inodes[DESCRIPTORS_MAX];

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_close)(int);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_rename)(const char *, const char *);

static void map_control(void);

static void load(void) {
  prefix = getenv("MEETBRUG_VOLATILE_PREFIX");
  const char *microseconds = getenv("MEETBRUG_VOLATILE_SYNC_US");
  if (microseconds != NULL) sync_us = atoi(microseconds);
  real_open = dlsym(RTLD_NEXT, "open64");
  real_openat = dlsym(RTLD_NEXT, "openat64");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_close = dlsym(RTLD_NEXT, "close");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
  real_rename = dlsym(RTLD_NEXT, "rename");
  map_control();
}

static void ready(void) { pthread_once(&once, load); }

/* A simulation that cannot keep its books must not let the test pass. */
static void give_up(const char *what) {
  fprintf(stderr, "volatile-disk: %s: %s\n", what, strerror(errno));
  abort();
}

static void map_control(void) {
  const char *path = getenv("MEETBRUG_DISK_CONTROL");
  if (path == NULL) return;
  int fd = real_open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) give_up("control open");
  void *mapped = mmap(NULL, sizeof no_control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) give_up("control map");
  control = mapped;
  real_close(fd);
}

static int refuse(int code) {
  control->refused_writes += 1;
  errno = code;
  return -1;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int below_prefix(const char *path) {
  return prefix != NULL && strncmp(path, prefix, strlen(prefix)) == 0 && !ends_with(path, ".undo") &&
         !ends_with(path, ".so");
}

static int matches(const char *path) { return below_prefix(path) && !ends_with(path, "-shm"); }

static void journal_path(const char *path, char *out) {
  if (snprintf(out, PATH_MAX, "%s.undo", path) >= PATH_MAX) give_up("path too long");
}

static void forget(int fd) {
  if (journals[fd] == 0) return;
  real_close(journals[fd] - 1);
  journals[fd] = 0;
}

static int journal_of(int fd) {
  struct stat status;
  if (fd < 0 || fd >= DESCRIPTORS_MAX || journals[fd] == 0) return -1;
  if (fstat(fd, &status) == 0 && status.st_ino == inodes[fd]) return journals[fd] - 1;
  forget(fd);
  return -1;
}

/* The program may have opened the file for writing only. */
static void read_old(int fd, char *into, size_t length, off_t offset) {
  if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR) {
    if (pread(fd, into, length, offset) != (ssize_t)length) give_up("pread");
    return;
  }
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int readable = real_open(link, O_RDONLY | O_CLOEXEC);
  if (readable < 0 || pread(readable, into, length, offset) != (ssize_t)length) give_up("pread");
  real_close(readable);
}

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
  if (old_length > 0) read_old(fd, record + sizeof words, old_length, (off_t)offset);
  if (real_write(journal, record, sizeof words + old_length) != (ssize_t)(sizeof words + old_length))
    give_up("journal write");
  free(record);
}

/* One line of the directory's journal: what happened, the path, and for `R` and `U` a second path. */
static void append_entry(const char *what, const char *path, const char *other) {
  char journal[PATH_MAX + 16], line[2 * PATH_MAX + 8];
  const char *slash = strrchr(path, '/');
  if (slash == NULL) give_up("a path without a directory");
  snprintf(journal, sizeof journal, "%.*s/.entries.undo", (int)(slash - path), path);
  int length = snprintf(line, sizeof line, "%s\t%s\t%s\n", what, path, other);
  int fd = real_open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || real_write(fd, line, (size_t)length) != length) give_up("entry journal");
  real_close(fd);
}

static void path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) give_up("readlink");
  path[length] = 0;
}

static int opened(int fd, int flags, int existed, int was_emptied) {
  if (fd < 0 || (flags & O_DIRECTORY) != 0 || (flags & O_ACCMODE) == O_RDONLY) return fd;
  char path[PATH_MAX], journal[PATH_MAX];
  path_of(fd, path);
  if (!matches(path)) return fd;
  if (fd >= DESCRIPTORS_MAX) give_up("descriptor too high");
  if (was_emptied) give_up("a file with content was emptied by its relative path");
  if (!existed) append_entry("C", path, "");
  journal_path(path, journal);
  struct stat status;
  if (fstat(fd, &status) != 0) give_up("fstat");
  int journal_fd = real_open(journal, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal_fd < 0) give_up("journal open");
  pthread_mutex_lock(&lock);
  forget(fd);
  journals[fd] = journal_fd + 1;
  inodes[fd] = status.st_ino;
  pthread_mutex_unlock(&lock);
  if ((flags & O_TRUNC) != 0 && ftruncate(fd, 0) != 0) give_up("truncate on open");
  return fd;
}

/* Emptying an existing file must be revocable too, so it happens after its journal is open. */
static int open_matching(int directory, const char *path, int flags, mode_t mode) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  if (writes && control->read_only && below_prefix(path)) return refuse(EROFS);
  int existed = (flags & O_CREAT) == 0 || faccessat(directory, path, F_OK, 0) == 0;
  int truncates_later = (flags & O_TRUNC) != 0 && existed && below_prefix(path);
  int was_emptied = (flags & O_TRUNC) != 0 && existed && !truncates_later;
  int fd = real_openat(directory, path, truncates_later ? flags & ~O_TRUNC : flags, mode);
  return opened(fd, flags, existed, was_emptied);
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
  return open_matching(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  MODE_OF(flags, flags, mode);
  return open64(path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
  ready();
  MODE_OF(flags, flags, mode);
  return open_matching(directory, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
  MODE_OF(flags, flags, mode);
  return openat64(directory, path, flags, mode);
}

/* 0, or the error of a disk that takes no such write. */
static int refusal_of(int fd, uint64_t end) {
  if (control->read_only) return EROFS;
  struct stat status;
  if (control->full && fstat(fd, &status) == 0 && end > (uint64_t)status.st_size) return ENOSPC;
  return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  ready();
  int journal = journal_of(fd);
  if (journal < 0) return real_pwrite(fd, bytes, length, offset);
  int refusal = refusal_of(fd, (uint64_t)offset + length);
  if (refusal != 0) return refuse(refusal);
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
  int refusal = refusal_of(fd, (uint64_t)offset + length);
  if (refusal != 0) {
    pthread_mutex_unlock(&lock);
    return refuse(refusal);
  }
  append_record(fd, journal, RECORD_WRITE, (uint64_t)offset, length);
  ssize_t written = real_write(fd, bytes, length);
  pthread_mutex_unlock(&lock);
  return written;
}

int ftruncate64(int fd, off_t length) {
  ready();
  int journal = journal_of(fd);
  if (journal < 0) return real_ftruncate(fd, length);
  int refusal = refusal_of(fd, (uint64_t)length);
  if (refusal != 0) return refuse(refusal);
  pthread_mutex_lock(&lock);
  append_record(fd, journal, RECORD_TRUNCATE, (uint64_t)length, 0);
  int outcome = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return outcome;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* The execute bit of a journal says that a sync of its file has failed, to every descriptor and every later process. */
static int has_failed(int journal) {
  struct stat status;
  if (fstat(journal, &status) != 0) give_up("journal stat");
  return (status.st_mode & S_IXUSR) != 0;
}

static void append_mark(int journal, uint64_t kind) {
  uint64_t words[5] = {kind, 0, 0, 0, 0};
  if (real_write(journal, words, sizeof words) != (ssize_t)sizeof words) give_up("journal mark");
}

static int fails_now(void) {
  control->syncs += 1;
  if (control->fail_sync_in == 0) return 0;
  control->fail_sync_in -= 1;
  return control->fail_sync_in == 0;
}

static int sync_directory(int fd) {
  char path[PATH_MAX], journal[PATH_MAX + 16];
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode)) return 0;
  path_of(fd, path);
  if (!below_prefix(path)) return 0;
  snprintf(journal, sizeof journal, "%s/.entries.undo", path);
  real_unlink(journal);
  return 1;
}

static int wait_for_disk(int fd, int (*sync)(int)) {
  if (sync_us < 0) return sync(fd);
  if (sync_us > 0) usleep((useconds_t)sync_us);
  return 0;
}

static int sync_and_forget(int fd, int (*sync)(int)) {
  int journal = journal_of(fd);
  if (journal < 0) {
    return sync_directory(fd) ? wait_for_disk(fd, sync) : sync(fd);
  }
  pthread_mutex_lock(&lock);
  int outcome = 0;
  if (fails_now()) {
    control->failed_syncs += 1;
    append_mark(journal, RECORD_FAILED_SYNC);
    if (fchmod(journal, 0700) != 0) give_up("journal mode");
    errno = EIO;
    outcome = -1;
  } else {
    outcome = wait_for_disk(fd, sync);
    if (outcome == 0 && has_failed(journal)) append_mark(journal, RECORD_SYNC);
    else if (outcome == 0 && real_ftruncate(journal, 0) != 0) give_up("journal truncate");
  }
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
  if (fd >= 0 && fd < DESCRIPTORS_MAX) forget(fd);
  int outcome = real_close(fd);
  pthread_mutex_unlock(&lock);
  return outcome;
}

static void move_with_journal(const char *from, const char *to) {
  char from_journal[PATH_MAX], to_journal[PATH_MAX];
  journal_path(from, from_journal);
  journal_path(to, to_journal);
  if (real_rename(from, to) != 0) give_up("set aside");
  real_rename(from_journal, to_journal);
}

/* What is deleted waits in `.gone`, in case the directory is not synced before the power goes. */
static void set_aside(const char *path) {
  char gone[PATH_MAX];
  snprintf(gone, sizeof gone, "%s/.gone", prefix);
  mkdir(gone, 0700);
  pthread_mutex_lock(&lock);
  snprintf(gone, sizeof gone, "%s/.gone/%d-%u", prefix, getpid(), gone_count++);
  pthread_mutex_unlock(&lock);
  move_with_journal(path, gone);
  append_entry("U", path, gone);
}

static int is_file(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int unlink(const char *path) {
  ready();
  if (!matches(path) || !is_file(path)) return real_unlink(path);
  if (control->read_only) return refuse(EROFS);
  set_aside(path);
  return 0;
}

int unlinkat(int directory, const char *path, int flags) {
  ready();
  char full[2 * PATH_MAX], folder[PATH_MAX];
  if ((flags & AT_REMOVEDIR) != 0) return real_unlinkat(directory, path, flags);
  if (path[0] == '/' || directory == AT_FDCWD) return unlink(path);
  path_of(directory, folder);
  snprintf(full, sizeof full, "%s/%s", folder, path);
  return matches(full) && strlen(full) < PATH_MAX ? unlink(full) : real_unlinkat(directory, path, flags);
}

int remove(const char *path) {
  struct stat status;
  if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) return rmdir(path);
  return unlink(path);
}

int rename(const char *from, const char *to) {
  ready();
  if (!matches(from) || !matches(to) || !is_file(from)) return real_rename(from, to);
  if (control->read_only) return refuse(EROFS);
  if (strrchr(from, '/') - from != strrchr(to, '/') - to || strncmp(from, to, (size_t)(strrchr(to, '/') - to)) != 0) {
    errno = EXDEV;
    give_up("rename from one directory to another");
  }
  if (is_file(to)) set_aside(to);
  move_with_journal(from, to);
  append_entry("R", from, to);
  return 0;
}
