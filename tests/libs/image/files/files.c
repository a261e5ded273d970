/* SPDX-License-Identifier: BSD-3-Clause */
/* A program that uses files through libc: in memory, on a volume of the host, devices, pipes,
 * threads. Prints TAP. It is an ordinary program, so the host can run it too: files DIRECTORY. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int count, failed;

static void check(int good, int line, const char *what) {
    count++;
    failed += !good;
    printf("%sok %d - %s (line %d%s%s)\n", good ? "" : "not ", count, what, line, good ? "" : ": ",
           good ? "" : strerror(errno));
}
#define CHECK(condition) check((condition), __LINE__, #condition)

static void test_stdio(void) {
    char line[100];
    FILE *f = fopen("text", "w+");

    CHECK(f != NULL);
    for (int i = 0; i < 1000; i++) {
        fprintf(f, "line %d\n", i);
    }
    CHECK(ftell(f) == 8890 && fflush(f) == 0);
    rewind(f);
    CHECK(fgets(line, sizeof(line), f) && strcmp(line, "line 0\n") == 0);
    CHECK(fseek(f, -9, SEEK_END) == 0 && fgets(line, sizeof(line), f) &&
          strcmp(line, "line 999\n") == 0);
    CHECK(fclose(f) == 0);
    f = fopen("text", "a");
    CHECK(f && fputs("end\n", f) >= 0 && fclose(f) == 0);
    f = fopen("none", "r");
    CHECK(!f && errno == ENOENT);
}

static void test_contents(void) {
    static char data[200000], back[200000];
    struct iovec v[2] = {{data, 100}, {data + 100, 1000}};
    int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644), log, allocated;
    struct stat st;

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (char)(i * 7 + i / 256);
    }
    CHECK(fd >= 0 && write(fd, data, sizeof(data)) == sizeof(data));
    CHECK(pread(fd, back, sizeof(back), 0) == sizeof(back) &&
          memcmp(data, back, sizeof(data)) == 0);
    CHECK(pwrite(fd, "X", 1, 5000) == 1 && pread(fd, back, 1, 5000) == 1 && back[0] == 'X');
    CHECK(lseek(fd, 0, SEEK_CUR) == sizeof(data) && read(fd, back, 1) == 0);
    CHECK(ftruncate(fd, 10) == 0 && fstat(fd, &st) == 0 && st.st_size == 10);
    CHECK(ftruncate(fd, 5000) == 0 && pread(fd, back, 1, 4999) == 1 && back[0] == 0);
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && writev(fd, v, 2) == 1100);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0);
    allocated = posix_fallocate(fd, 0, 9000);
    CHECK(allocated == 0 || (allocated == EOPNOTSUPP && ftruncate(fd, 9000) == 0)); /* 9p */
    CHECK(fstat(fd, &st) == 0 && st.st_size == 9000);
    log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    CHECK(write(log, "one", 3) == 3 && write(log, "two", 3) == 3 && lseek(log, 0, SEEK_CUR) == 6);
    CHECK(close(log) == 0 && stat("log", &st) == 0 && st.st_size == 6 &&
          (st.st_mode & 0777) == 0600);
    CHECK(open("data", O_RDWR | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    CHECK(unlink("data") == 0 && pread(fd, back, 4, 0) == 4 && memcmp(back, data, 4) == 0);
    CHECK(close(fd) == 0 && open("data", O_RDONLY) == -1 && errno == ENOENT);
}

static void test_names(void) {
    char target[100] = {0}, cwd[1000], inside[1000];
    struct stat st, other;
    int fd, found = 0;
    struct dirent *e;
    DIR *dir;

    CHECK(mkdir("dir", 0755) == 0 && mkdir("dir", 0755) == -1 && errno == EEXIST);
    for (int i = 0; i < 60; i++) {
        char name[40];

        snprintf(name, sizeof(name), "dir/file-with-a-long-name-%d", i);
        fd = open(name, O_WRONLY | O_CREAT, 0644);
        found += fd >= 0 && close(fd) == 0;
    }
    CHECK(found == 60);
    dir = opendir("dir");
    for (found = 0; (e = readdir(dir));) {
        found += e->d_name[0] == 'f' && e->d_type == DT_REG;
    }
    CHECK(found == 60 && closedir(dir) == 0);
    CHECK(rmdir("dir") == -1 && errno == ENOTEMPTY);
    CHECK(rename("dir/file-with-a-long-name-7", "moved") == 0 && access("moved", R_OK) == 0);
    CHECK(rename("moved", "log") == 0 && stat("log", &st) == 0 && st.st_size == 0);
    CHECK(link("log", "second") == 0 && stat("second", &other) == 0 && other.st_nlink == 2);
    CHECK(stat("log", &st) == 0 && st.st_ino == other.st_ino && st.st_dev == other.st_dev);
    CHECK(unlink("second") == 0 && unlink("log") == 0);
    CHECK(symlink("dir", "sym") == 0 && readlink("sym", target, sizeof(target)) == 3);
    CHECK(strcmp(target, "dir") == 0 && lstat("sym", &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(stat("sym/file-with-a-long-name-8", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(getcwd(cwd, sizeof(cwd)) && chdir("sym") == 0 && getcwd(inside, sizeof(inside)));
    CHECK(strncmp(cwd, inside, strlen(cwd)) == 0 &&
          strcmp(inside + strlen(inside) - 4, "/dir") == 0);
    CHECK(unlink("file-with-a-long-name-8") == 0 && chdir("..") == 0);
    CHECK(rename("dir", "renamed") == 0 && access("renamed/file-with-a-long-name-9", F_OK) == 0);
    for (int i = 0; i < 60; i++) {
        char name[40];

        snprintf(name, sizeof(name), "renamed/file-with-a-long-name-%d", i);
        unlink(name);
    }
    CHECK(rmdir("renamed") == 0 && unlink("sym") == 0 && unlink("text") == 0);
}

static void test_attributes(void) {
    struct timespec times[2] = {{1000, 0}, {2000, 0}};
    struct statvfs space;
    struct stat st;
    int fd = open("file", O_RDWR | O_CREAT, 0600);

    CHECK(chmod("file", 0640) == 0 && fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0640);
    CHECK(futimens(fd, times) == 0 && fstat(fd, &st) == 0 && st.st_mtime == 2000);
    CHECK(truncate("file", 77) == 0 && fstat(fd, &st) == 0 && st.st_size == 77);
    CHECK(statvfs(".", &space) == 0 && space.f_bsize > 0 && space.f_bavail > 0);
    CHECK(close(fd) == 0 && unlink("file") == 0);
}

static int fds[2];

static void *write_later(void *text) {
    usleep(2000);
    return (void *)(intptr_t)write(fds[1], text, strlen(text));
}

static void test_waiting(void) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef};
    char buffer[100];
    struct pollfd p;
    pthread_t thread;
    int ep = epoll_create1(0), queued;

    CHECK(pipe(fds) == 0 && epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &event) == 0);
    CHECK(epoll_wait(ep, &event, 1, 1) == 0);
    pthread_create(&thread, NULL, write_later, "hello");
    event.data.u64 = 0;
    CHECK(epoll_wait(ep, &event, 1, 5000) == 1 && event.data.u64 == 0x123456789abcdef);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(ioctl(fds[0], FIONREAD, &queued) == 0 && queued == 5 && read(fds[0], buffer, 100) == 5);
    pthread_create(&thread, NULL, write_later, "again");
    CHECK(read(fds[0], buffer, 100) == 5 && pthread_join(thread, NULL) == 0);
    p = (struct pollfd){fds[0], POLLIN, 0};
    pthread_create(&thread, NULL, write_later, "poll");
    CHECK(poll(&p, 1, 5000) == 1 && p.revents == POLLIN && pthread_join(thread, NULL) == 0);
    CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 && read(fds[0], buffer, 100) == 4 &&
          read(fds[0], buffer, 1) == -1 && errno == EAGAIN);
    close(fds[0]);
    close(fds[1]);
    close(ep);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    CHECK(send(fds[0], "abc", 3, 0) == 3 && recv(fds[1], buffer, 100, 0) == 3);
    close(fds[0]);
    close(fds[1]);
}

static void test_devices(void) {
    char buffer[64] = "x";
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open("/dev/zero", O_RDONLY);

    CHECK(read(fd, buffer, 64) == 64 && buffer[0] == 0 && close(fd) == 0);
    fd = open("/dev/urandom", O_RDONLY);
    CHECK(read(fd, buffer, 64) == 64 && close(fd) == 0);
    fd = open("/dev/null", O_WRONLY);
    CHECK(write(fd, buffer, 64) == 64 && close(fd) == 0);
    fd = open("locked", O_RDWR | O_CREAT, 0600);
    CHECK(fcntl(fd, F_SETLK, &lock) == 0 && fcntl(fd, F_GETLK, &lock) == 0 &&
          lock.l_type == F_UNLCK);
    CHECK(flock(fd, LOCK_EX) == 0 && flock(fd, LOCK_UN) == 0);
    CHECK(close(fd) == 0 && unlink("locked") == 0);
}

static void all(const char *directory) {
    if (chdir(directory) != 0) {
        printf("Bail out! chdir %s: %s\n", directory, strerror(errno));
        exit(1);
    }
    test_stdio();
    test_contents();
    test_names();
    test_attributes();
    test_waiting();
    test_devices();
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: files DIRECTORY...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        all(argv[i]);
    }
    printf("1..%d\n", count);
    return failed != 0;
}
