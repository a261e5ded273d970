/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What crosses when libc has a compartment of its own: the calls that programs make most,
 * annotated. Compiled for its DWARF only (docs/interfaces.md). What a program hands over by `%s` or
 * keeps in libc (setvbuf, putenv) must lie in shared memory; mutexes and other objects that both
 * sides change too.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <flexos/interface.h>

/* Streams */

FILE *fopen(const char *path flexos_string, const char *mode flexos_string) flexos_returns_handle;
FILE *fopen(const char *path flexos_string, const char *mode flexos_string) {
    return 0;
}

FILE *fdopen(int fd, const char *mode flexos_string) flexos_returns_handle;
FILE *fdopen(int fd, const char *mode flexos_string) {
    return 0;
}

FILE *tmpfile(void) flexos_returns_handle;
FILE *tmpfile(void) {
    return 0;
}

int fclose(FILE *f flexos_handle) {
    return 0;
}

int fflush(FILE *f flexos_handle) {
    return 0;
}

int fgetc(FILE *f flexos_handle) {
    return 0;
}

int getc(FILE *f flexos_handle) {
    return 0;
}

int fputc(int c, FILE *f flexos_handle) {
    return 0;
}

int putc(int c, FILE *f flexos_handle) {
    return 0;
}

int ungetc(int c, FILE *f flexos_handle) {
    return 0;
}

int fputs(const char *s flexos_string, FILE *f flexos_handle) {
    return 0;
}

int puts(const char *s flexos_string) {
    return 0;
}

char *fgets(char *s flexos_out(n), int n, FILE *f flexos_handle) {
    return 0;
}

size_t fread(void *p flexos_out_upto(size *n, size *result), size_t size, size_t n,
             FILE *f flexos_handle) {
    return 0;
}

size_t fwrite(const void *p flexos_in(size *n), size_t size, size_t n, FILE *f flexos_handle) {
    return 0;
}

int fseek(FILE *f flexos_handle, long offset, int whence) {
    return 0;
}

int fseeko(FILE *f flexos_handle, off_t offset, int whence) {
    return 0;
}

long ftell(FILE *f flexos_handle) {
    return 0;
}

off_t ftello(FILE *f flexos_handle) {
    return 0;
}

void rewind(FILE *f flexos_handle) {
}

int feof(FILE *f flexos_handle) {
    return 0;
}

int ferror(FILE *f flexos_handle) {
    return 0;
}

void clearerr(FILE *f flexos_handle) {
}

int fileno(FILE *f flexos_handle) {
    return 0;
}

int printf(const char *format flexos_string, ...) {
    return 0;
}

int fprintf(FILE *f flexos_handle, const char *format flexos_string, ...) {
    return 0;
}

int dprintf(int fd, const char *format flexos_string, ...) {
    return 0;
}

int snprintf(char *s flexos_out_upto(n, result + 1), size_t n, const char *format flexos_string,
             ...) {
    return 0;
}

void perror(const char *s flexos_string) {
}

int remove(const char *path flexos_string) {
    return 0;
}

int rename(const char *from flexos_string, const char *to flexos_string) {
    return 0;
}

/* Files */

int open(const char *path flexos_string, int flags, ...) {
    return 0;
}

int openat(int dir, const char *path flexos_string, int flags, ...) {
    return 0;
}

int creat(const char *path flexos_string, mode_t mode) {
    return 0;
}

ssize_t read(int fd, void *buf flexos_out_part(n), size_t n) {
    return 0;
}

ssize_t write(int fd, const void *buf flexos_in_part(n), size_t n) {
    return 0;
}

ssize_t pread(int fd, void *buf flexos_out_part(n), size_t n, off_t offset) {
    return 0;
}

ssize_t pwrite(int fd, const void *buf flexos_in_part(n), size_t n, off_t offset) {
    return 0;
}

ssize_t readv(int fd, const struct iovec *iov flexos_out_each(n, iov_base, iov_len), int n) {
    return 0;
}

ssize_t writev(int fd, const struct iovec *iov flexos_in_each(n, iov_base, iov_len), int n) {
    return 0;
}

int stat(const char *restrict path flexos_string,
         struct stat *restrict st flexos_out(sizeof(struct stat))) {
    return 0;
}

int lstat(const char *restrict path flexos_string,
          struct stat *restrict st flexos_out(sizeof(struct stat))) {
    return 0;
}

int fstat(int fd, struct stat *st flexos_out(sizeof(struct stat))) {
    return 0;
}

int fstatat(int dir, const char *restrict path flexos_string,
            struct stat *restrict st flexos_out(sizeof(struct stat)), int flags) {
    return 0;
}

int access(const char *path flexos_string, int mode) {
    return 0;
}

int unlink(const char *path flexos_string) {
    return 0;
}

int unlinkat(int dir, const char *path flexos_string, int flags) {
    return 0;
}

int rmdir(const char *path flexos_string) {
    return 0;
}

int mkdir(const char *path flexos_string, mode_t mode) {
    return 0;
}

int chdir(const char *path flexos_string) {
    return 0;
}

int chmod(const char *path flexos_string, mode_t mode) {
    return 0;
}

int truncate(const char *path flexos_string, off_t length) {
    return 0;
}

int link(const char *from flexos_string, const char *to flexos_string) {
    return 0;
}

int symlink(const char *target flexos_string, const char *path flexos_string) {
    return 0;
}

ssize_t readlink(const char *restrict path flexos_string, char *restrict buf flexos_out_return(n),
                 size_t n) {
    return 0;
}

char *getcwd(char *buf flexos_out(n), size_t n) {
    return 0;
}

int pipe(int fds[2] flexos_out(8)) {
    return 0;
}

int pipe2(int fds[2] flexos_out(8), int flags) {
    return 0;
}

DIR *opendir(const char *path flexos_string) flexos_returns_handle;
DIR *opendir(const char *path flexos_string) {
    return 0;
}

int closedir(DIR *dir flexos_handle) {
    return 0;
}

/* Waiting and sockets */

int poll(struct pollfd *fds flexos_inout(n * sizeof(struct pollfd)), nfds_t n, int timeout) {
    return 0;
}

int epoll_ctl(int epoll, int what, int fd,
              struct epoll_event *event flexos_in(sizeof(struct epoll_event))) {
    return 0;
}

int epoll_wait(int epoll,
               struct epoll_event *events flexos_out_upto(n * sizeof(struct epoll_event),
                                                          result * sizeof(struct epoll_event)),
               int n, int timeout) {
    return 0;
}

int bind(int fd, const struct sockaddr *address flexos_in(n), socklen_t n) {
    return 0;
}

int connect(int fd, const struct sockaddr *address flexos_in(n), socklen_t n) {
    return 0;
}

int accept(int fd, struct sockaddr *restrict address flexos_out(*n),
           socklen_t *restrict n flexos_inout(4)) {
    return 0;
}

int accept4(int fd, struct sockaddr *restrict address flexos_out(*n),
            socklen_t *restrict n flexos_inout(4), int flags) {
    return 0;
}

int getsockname(int fd, struct sockaddr *restrict address flexos_out(*n),
                socklen_t *restrict n flexos_inout(4)) {
    return 0;
}

int getpeername(int fd, struct sockaddr *restrict address flexos_out(*n),
                socklen_t *restrict n flexos_inout(4)) {
    return 0;
}

int setsockopt(int fd, int level, int name, const void *value flexos_in(n), socklen_t n) {
    return 0;
}

int getsockopt(int fd, int level, int name, void *restrict value flexos_out(*n),
               socklen_t *restrict n flexos_inout(4)) {
    return 0;
}

ssize_t send(int fd, const void *buf flexos_in_part(n), size_t n, int flags) {
    return 0;
}

ssize_t recv(int fd, void *buf flexos_out_part(n), size_t n, int flags) {
    return 0;
}

ssize_t sendto(int fd, const void *buf flexos_in_part(n), size_t n, int flags,
               const struct sockaddr *address flexos_in(size), socklen_t size) {
    return 0;
}

ssize_t recvfrom(int fd, void *restrict buf flexos_out_part(n), size_t n, int flags,
                 struct sockaddr *restrict address flexos_out(*size),
                 socklen_t *restrict size flexos_inout(4)) {
    return 0;
}

int socketpair(int domain, int type, int protocol, int fds[2] flexos_out(8)) {
    return 0;
}

/* Time */

time_t time(time_t *t flexos_out(8)) {
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *ts flexos_out(16)) {
    return 0;
}

int gettimeofday(struct timeval *restrict tv flexos_out(16), void *restrict zone flexos_opaque) {
    return 0;
}

int nanosleep(const struct timespec *request flexos_in(16), struct timespec *rest flexos_out(16)) {
    return 0;
}

struct tm *gmtime_r(const time_t *restrict t flexos_in(8),
                    struct tm *restrict tm flexos_out(sizeof(struct tm))) {
    return 0;
}

struct tm *localtime_r(const time_t *restrict t flexos_in(8),
                       struct tm *restrict tm flexos_out(sizeof(struct tm))) {
    return 0;
}

time_t mktime(struct tm *tm flexos_inout(sizeof(struct tm))) {
    return 0;
}

/* The system */

char *getenv(const char *name flexos_string) {
    return 0;
}

int setenv(const char *name flexos_string, const char *value flexos_string, int overwrite) {
    return 0;
}

int unsetenv(const char *name flexos_string) {
    return 0;
}

int gethostname(char *name flexos_out(n), size_t n) {
    return 0;
}

int uname(struct utsname *name flexos_out(sizeof(struct utsname))) {
    return 0;
}

ssize_t getrandom(void *buf flexos_out_part(n), size_t n, unsigned flags) {
    return 0;
}

int getentropy(void *buf flexos_out(n), size_t n) {
    return 0;
}

int atexit(void (*function)(void) flexos_callback) {
    return 0;
}
