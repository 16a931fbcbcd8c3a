/* Preloaded into a server: its disk fails for as long as a file of that name is in the folder that FAILING_DISK names.
 *   read-only  what is written to a database file or its log is refused (EROFS), as after an error of the disk beneath
 *   no-sync    what was written cannot be made durable (EIO) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(const char *how) {
  const char *folder = getenv("FAILING_DISK");
  char path[PATH_MAX];
  if (folder == NULL) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, how);
  return access(path, F_OK) == 0;
}

static int is_database(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strstr(path, "sallyport.db") != NULL;
}

#define REFUSE(how, code)                    \
  if (is_database(fd) && fails(how)) {       \
    errno = code;                            \
    return -1;                               \
  }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
  REFUSE("read-only", EROFS)
  return REAL(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  REFUSE("read-only", EROFS)
  return REAL(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REFUSE("read-only", EROFS)
  return REAL(pwrite64)(fd, bytes, count, at);
}

int fsync(int fd) {
  REFUSE("no-sync", EIO)
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  REFUSE("no-sync", EIO)
  return REAL(fdatasync)(fd);
}
