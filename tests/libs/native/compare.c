/* SPDX-License-Identifier: BSD-3-Clause */
/* vfs with ramfs against the host: the same random calls on both, the same results, errors,
 * contents and metadata. The host's side is a fresh directory on a tmpfs into which the process
 * changes its root, so that absolute paths and ".." mean the same on both.
 *
 * Usage: compare DIRECTORY SEED OPERATIONS. Prints the first difference with the calls that led to
 * it. */
#include "broker.h"
#include "native.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <flexos/syscalls.h>

#define FILES 10
#define DATA 20000

static int ours[FILES], theirs[FILES];
static char history[64][512];
static unsigned step;
static uint64_t state;
static int last_mismatch;
static bool on_volume; /* no fifos, no exchange, no set-id bits, no holes */

static unsigned random_below(unsigned n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

static const char *const names[] = {"a", "b", "c", "d", "link"};

/* A path of one to four components over few names, with the odd ".", "..", double and trailing
 * slash. */
static const char *path(void) {
    static char paths[4][64];
    static unsigned next;
    char *p = paths[next++ % 4];
    unsigned components = 1 + (random_below(3) ? random_below(2) : random_below(4));

    p[0] = '\0';
    if (random_below(12) == 0) {
        strcat(p, "/");
    }
    for (unsigned i = 0; i < components; i++) {
        unsigned kind = random_below(24);

        strcat(p, kind == 0 ? "." : kind == 1 ? ".." : names[random_below(5)]);
        if (i + 1 < components) {
            strcat(p, random_below(10) ? "/" : "//");
        }
    }
    if (random_below(16) == 0) {
        strcat(p, "/");
    }
    return random_below(200) ? p : "";
}

static void remember(const char *format, ...) {
    va_list list;

    va_start(list, format);
    vsnprintf(history[step % 64], sizeof(history[0]), format, list);
    va_end(list);
}

static void differ(const char *what, long mine, long host) {
    unsigned from = step < 40 ? 0 : step - 40;

    printf("# %s: ours %ld, host %ld\n", what, mine, host);
    for (unsigned i = from; i <= step; i++) {
        printf("#   %u: %s\n", i, history[i % 64]);
    }
    last_mismatch = 1;
}

/* The host's result as a system call returns it. */
static long host(long result) {
    return result < 0 ? -errno : result;
}

static void same(long mine, long theirs_) {
    if (mine != theirs_) {
        differ("result", mine, theirs_);
    }
}

static void same_stat(const struct stat *a, const struct stat *b) {
    if (a->st_mode != b->st_mode) {
        differ("st_mode", a->st_mode, b->st_mode);
    }
    if (a->st_nlink != b->st_nlink) {
        differ("st_nlink", (long)a->st_nlink, (long)b->st_nlink);
    }
    if (!S_ISDIR(a->st_mode) && a->st_size != b->st_size) {
        differ("st_size", a->st_size, b->st_size);
    }
    if (S_ISREG(a->st_mode) && a->st_blocks > b->st_blocks) { /* tmpfs keeps some pages longer */
        differ("st_blocks", a->st_blocks, b->st_blocks);
    }
}

static unsigned pick_file(void) {
    return random_below(FILES);
}

static void op_open(void) {
    static const int access[] = {O_RDONLY, O_WRONLY, O_RDWR, O_RDWR};
    unsigned slot = pick_file();
    const char *p = path();
    int flags = access[random_below(4)];

    flags |= random_below(2) ? O_CREAT : 0;
    flags |= random_below(6) == 0 ? O_EXCL : 0;
    flags |= random_below(6) == 0 ? O_TRUNC : 0;
    flags |= random_below(6) == 0 ? O_APPEND : 0;
    flags |= random_below(10) == 0 ? O_DIRECTORY : 0;
    flags |= random_below(10) == 0 ? O_NOFOLLOW : 0;
    flags |= random_below(20) == 0 ? O_PATH : 0;
    flags |= O_NONBLOCK; /* fifos */
    if (ours[slot] >= 0) {
        sys_close(ours[slot]);
        close(theirs[slot]);
    }
    remember("[%u] = open(\"%s\", %#o)", slot, p, flags);
    ours[slot] = (int)sys_open(p, flags, 0666);
    theirs[slot] = open(p, flags, 0666);
    same(ours[slot] >= 0 ? 0 : ours[slot], theirs[slot] >= 0 ? 0 : -errno);
    if (ours[slot] < 0 || theirs[slot] < 0) {
        ours[slot] = theirs[slot] = -1;
    }
}

static void op_openat(void) {
    unsigned slot = pick_file(), dir = pick_file();
    const char *p = path();
    int flags = random_below(2) ? O_RDWR | O_CREAT : O_RDONLY, mine, other;

    remember("openat([%u], \"%s\", %#o) [%u]", dir, p, flags, slot);
    mine = (int)sys_openat(ours[dir], p, flags | O_NONBLOCK, 0600);
    other = openat(theirs[dir], p, flags | O_NONBLOCK, 0600);
    same(mine >= 0 ? 0 : mine, other >= 0 ? 0 : -errno);
    if (mine >= 0) {
        sys_close(mine);
    }
    if (other >= 0) {
        close(other);
    }
}

static unsigned random_offset(void) {
    unsigned kind = random_below(8);

    return kind == 0   ? random_below(5) * 4096
           : kind == 1 ? random_below(1u << 26)
                       : random_below(DATA);
}

static void op_write(void) {
    static char data[DATA];
    unsigned slot = pick_file(), length = random_below(6) ? random_below(300) : random_below(DATA);
    unsigned at = random_offset();

    memset(data, 'a' + (int)random_below(26), length);
    for (unsigned i = 0; i < length; i += 7) {
        data[i] = (char)i;
    }
    if (random_below(3) == 0) {
        remember("pwrite([%u], %u bytes, %u)", slot, length, at);
        same(sys_pwrite64(ours[slot], data, length, at),
             host(pwrite(theirs[slot], data, length, at)));
    } else if (random_below(3) == 0) {
        struct iovec v[3] = {{data, length / 3}, {data + 5, length / 4}, {data, length / 7}};

        remember("writev([%u], %u bytes)", slot, length);
        same(sys_writev(ours[slot], v, 3), host(writev(theirs[slot], v, 3)));
    } else {
        remember("write([%u], %u bytes)", slot, length);
        same(sys_write(ours[slot], data, length), host(write(theirs[slot], data, length)));
    }
}

static void op_read(void) {
    static char a[DATA], b[DATA];
    unsigned slot = pick_file(), length = random_below(DATA), at = random_offset();
    long mine, other;

    memset(a, 0, length);
    memset(b, 0, length);
    if (random_below(2)) {
        remember("pread([%u], %u, %u)", slot, length, at);
        mine = sys_pread64(ours[slot], a, length, at);
        other = host(pread(theirs[slot], b, length, at));
    } else if (random_below(2)) {
        struct iovec v[2] = {{a, length / 3}, {a + length / 3, length - length / 3}};
        struct iovec w[2] = {{b, length / 3}, {b + length / 3, length - length / 3}};

        remember("readv([%u], %u)", slot, length);
        mine = sys_readv(ours[slot], v, 2);
        other = host(readv(theirs[slot], w, 2));
    } else {
        remember("read([%u], %u)", slot, length);
        mine = sys_read(ours[slot], a, length);
        other = host(read(theirs[slot], b, length));
    }
    same(mine, other);
    for (unsigned i = 0; i < length; i++) {
        if (a[i] != b[i]) {
            printf("# %ld bytes, first difference at %u\n", mine, i);
            differ("data", a[i], b[i]);
            break;
        }
    }
}

static void op_seek(void) {
    unsigned slot = pick_file();
    long offset = (long)random_below(DATA) - 2000;
    int whence = (int)random_below(4) -
                 (random_below(20) == 0); /* also -1 and 3 (SEEK_DATA is not compared) */
    struct stat st;

    if (whence == 3) {
        whence = 9;
    }
    if (sys_fstat(ours[slot], &st) == 0 && S_ISDIR(st.st_mode)) {
        return; /* positions in directories are the file system's own */
    }
    remember("lseek([%u], %ld, %d)", slot, offset, whence);
    same(sys_lseek(ours[slot], offset, whence), host(lseek(theirs[slot], offset, whence)));
}

static void op_truncate(void) {
    unsigned slot = pick_file();
    long length = (long)random_offset() - 100;
    const char *p = path();

    if (random_below(2)) {
        remember("ftruncate([%u], %ld)", slot, length);
        same(sys_ftruncate(ours[slot], length), host(ftruncate(theirs[slot], length)));
    } else {
        remember("truncate(\"%s\", %ld)", p, length);
        same(sys_truncate(p, length), host(truncate(p, length)));
    }
}

static void op_allocate(void) {
    static const int modes[] = {0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE,
                                FALLOC_FL_PUNCH_HOLE};
    unsigned slot = pick_file();
    int mode = on_volume ? 0 : modes[random_below(4)];
    long at = random_below(DATA), length = (long)random_below(DATA) - 50;

    remember("fallocate([%u], %d, %ld, %ld)", slot, mode, at, length);
    same(sys_fallocate(ours[slot], mode, at, length),
         host(fallocate(theirs[slot], mode, at, length)));
}

static void op_stat(void) {
    const char *p = path();
    unsigned slot = pick_file();
    struct stat a, b;
    long mine, other;

    switch (random_below(4)) {
    case 0:
        remember("stat(\"%s\")", p);
        mine = sys_stat(p, &a);
        other = host(stat(p, &b));
        break;
    case 1:
        remember("lstat(\"%s\")", p);
        mine = sys_lstat(p, &a);
        other = host(lstat(p, &b));
        break;
    case 2:
        remember("fstatat([%u], \"%s\", AT_EMPTY_PATH)", slot, p);
        mine = sys_newfstatat(ours[slot], p, &a, AT_EMPTY_PATH);
        other = host(fstatat(theirs[slot], p, &b, AT_EMPTY_PATH));
        break;
    default:
        remember("fstat([%u])", slot);
        mine = sys_fstat(ours[slot], &a);
        other = host(fstat(theirs[slot], &b));
    }
    same(mine, other);
    if (mine == 0 && other == 0) {
        same_stat(&a, &b);
    }
}

static void op_access(void) {
    const char *p = path();
    int mode = (int)random_below(8);

    remember("access(\"%s\", %d)", p, mode);
    same(sys_access(p, mode), host(syscall(SYS_access, p, mode)));
}

static void op_name(void) {
    const char *p = path(), *q = path();
    static const unsigned flags[] = {0, 0, 0, 1, 2};
    unsigned flag;
    int follow, kind = (int)random_below(9);

    switch (on_volume && kind == 8 ? 0 : kind) {
    case 0:
    case 1:
        remember("mkdir(\"%s\")", p);
        same(sys_mkdir(p, 0777), host(mkdir(p, 0777)));
        break;
    case 2:
        remember("rmdir(\"%s\")", p);
        same(sys_rmdir(p), host(rmdir(p)));
        break;
    case 3:
        remember("unlink(\"%s\")", p);
        same(sys_unlink(p), host(unlink(p)));
        break;
    case 4:
    case 5:
        flag = flags[random_below(on_volume ? 4 : 5)];
        remember("renameat2(\"%s\", \"%s\", %u)", p, q, flag);
        same(sys_renameat2(AT_FDCWD, p, AT_FDCWD, q, flag),
             host(syscall(SYS_renameat2, AT_FDCWD, p, AT_FDCWD, q, flag)));
        break;
    case 6:
        follow = random_below(3) ? 0 : AT_SYMLINK_FOLLOW;
        remember("linkat(\"%s\", \"%s\", %d)", p, q, follow);
        same(sys_linkat(AT_FDCWD, p, AT_FDCWD, q, follow),
             host(linkat(AT_FDCWD, p, AT_FDCWD, q, follow)));
        break;
    case 7:
        remember("symlink(\"%s\", \"%s\")", p, q);
        same(sys_symlink(p, q), host(symlink(p, q)));
        break;
    default:
        remember("mknod(\"%s\", fifo)", p);
        same(sys_mknod(p, S_IFIFO | 0644, 0), host(mknod(p, S_IFIFO | 0644, 0)));
    }
}

static void op_readlink(void) {
    char a[128] = {0}, b[128] = {0};
    const char *p = path();
    unsigned length = 1 + random_below(20);

    remember("readlink(\"%s\", %u)", p, length);
    same(sys_readlink(p, a, length), host(readlink(p, b, length)));
    if (memcmp(a, b, sizeof(a)) != 0) {
        differ("target", 0, 0);
    }
}

static void op_attributes(void) {
    const char *p = path();
    unsigned slot = pick_file(), mode = random_below(on_volume ? 01000 : 010000);
    struct timespec times[2] = {{1000 + (long)random_below(1000), 5},
                                {2000, (long)random_below(1000)}};
    struct stat a, b;
    unsigned kind = random_below(5);

    if (on_volume && kind == 1) {
        kind = 0; /* on a volume this goes by name, and the name may be gone */
    } else if (on_volume && kind == 4) {
        kind = 2;
    }
    switch (kind) {
    case 0:
        remember("chmod(\"%s\", %o)", p, mode);
        same(sys_chmod(p, mode), host(chmod(p, mode)));
        break;
    case 1:
        remember("fchmod([%u], %o)", slot, mode);
        same(sys_fchmod(ours[slot], mode), host(fchmod(theirs[slot], mode)));
        break;
    case 2:
        remember("utimensat(\"%s\")", p);
        same(sys_utimensat(AT_FDCWD, p, times, 0), host(utimensat(AT_FDCWD, p, times, 0)));
        if (sys_stat(p, &a) == 0 && stat(p, &b) == 0 &&
            (a.st_mtim.tv_sec != b.st_mtim.tv_sec || a.st_mtim.tv_nsec != b.st_mtim.tv_nsec)) {
            differ("st_mtim", a.st_mtim.tv_sec, b.st_mtim.tv_sec);
        }
        break;
    case 3:
        remember("fsync([%u])", slot);
        same(sys_fsync(ours[slot]), host(fsync(theirs[slot])));
        break;
    default:
        remember("futimens([%u])", slot);
        same(sys_utimensat(ours[slot], NULL, times, 0),
             host(syscall(SYS_utimensat, theirs[slot], NULL, times, 0)));
    }
}

static void op_directory(void) {
    char a[PATH_MAX], b[PATH_MAX];
    const char *p = path();
    unsigned slot = pick_file();
    long mine, other;

    switch (random_below(4)) {
    case 0:
        remember("chdir(\"%s\")", p);
        same(sys_chdir(p), host(chdir(p)));
        break;
    case 1:
        remember("fchdir([%u])", slot);
        same(sys_fchdir(ours[slot]), host(fchdir(theirs[slot])));
        break;
    case 2:
        remember("chdir(\"/\")");
        same(sys_chdir("/"), host(chdir("/")));
        break;
    default:
        remember("getcwd()");
        mine = sys_getcwd(a, sizeof(a));
        other = host(syscall(SYS_getcwd, b, sizeof(b)));
        same(mine, other);
        if (mine > 0 && other > 0 && strcmp(a, b) != 0) {
            printf("# ours %s, host %s\n", a, b);
            differ("getcwd", mine, other);
        }
    }
}

struct listing {
    char names[64][16];
    unsigned count;
};

static void add(struct listing *list, const char *name, unsigned char type) {
    if (list->count < 64) {
        snprintf(list->names[list->count++], sizeof(list->names[0]), "%.8s %u", name, type);
    }
}

static int order(const void *a, const void *b) {
    return strcmp(a, b);
}

static long list_by(long (*call)(int, void *, size_t), int fd, struct listing *list) {
    char buffer[200];
    long result;

    while ((result = call(fd, buffer, sizeof(buffer))) > 0) {
        for (long at = 0; at < result;) {
            const struct dirent64 *e = (const struct dirent64 *)(buffer + at);

            add(list, e->d_name, e->d_type);
            at += e->d_reclen;
        }
    }
    qsort(list->names, list->count, sizeof(list->names[0]), order);
    return result;
}

static long host_getdents(int fd, void *buffer, size_t size) {
    return host(syscall(SYS_getdents64, fd, buffer, size));
}

static void op_list(void) {
    struct listing a = {.count = 0}, b = {.count = 0};
    const char *p = path();
    long mine, other;
    int x, y;

    remember("list \"%s\"", p);
    x = (int)sys_open(p, O_RDONLY | O_DIRECTORY, 0);
    y = open(p, O_RDONLY | O_DIRECTORY);
    same(x < 0 ? x : 0, y < 0 ? -errno : 0);
    if (x < 0 || y < 0) {
        return;
    }
    mine = list_by(sys_getdents64, x, &a);
    other = list_by(host_getdents, y, &b);
    same(mine, other);
    if (a.count != b.count || memcmp(&a, &b, sizeof(a)) != 0) {
        differ("entries", a.count, b.count);
    }
    sys_close(x);
    close(y);
}

static void op_dup(void) {
    unsigned from = pick_file(), to = pick_file();

    if (ours[from] < 0 || ours[to] < 0 || from == to) {
        return;
    }
    remember("dup2([%u], [%u])", from, to);
    same(sys_dup2(ours[from], ours[to]) == ours[to], dup2(theirs[from], theirs[to]) == theirs[to]);
}

static void op_copy(void) {
    unsigned from = pick_file(), to = pick_file(), count = random_below(DATA);
    long a = random_below(1000), b = a;

    struct stat x, y;

    if (sys_fstat(ours[from], &x) < 0 || sys_fstat(ours[to], &y) < 0 || x.st_ino == y.st_ino ||
        S_ISFIFO(y.st_mode)) {
        return; /* the host moves pages, not bytes: later writes show in a pipe or an overlap */
    }
    remember("sendfile([%u], [%u], &%ld, %u)", to, from, a, count);
    same(sys_sendfile(ours[to], ours[from], &a, count),
         host(syscall(SYS_sendfile, theirs[to], theirs[from], &b, count)));
    if (a != b) {
        differ("offset", a, b);
    }
}

static void one(void) {
    static void (*const operations[])(void) = {
        op_open, op_open,      op_open,       op_openat, op_write,  op_write,    op_read,
        op_read, op_seek,      op_name,       op_name,   op_name,   op_name,     op_stat,
        op_stat, op_truncate,  op_list,       op_list,   op_access, op_allocate, op_readlink,
        op_dup,  op_directory, op_attributes, op_copy};
    unsigned n = sizeof(operations) / sizeof(operations[0]);

    operations[random_below(n)]();
}

static bool change_root(const char *directory) {
    if (chdir(directory) != 0) {
        return false;
    }
    if (chroot(".") != 0 && (unshare(CLONE_NEWUSER) != 0 || chroot(".") != 0)) {
        return false;
    }
    return chdir("/") == 0;
}

int main(int argc, char **argv) {
    unsigned operations;

    if (argc != 4) {
        fprintf(stderr, "usage: compare DIRECTORY SEED OPERATIONS\n");
        return 2;
    }
    state = strtoull(argv[2], NULL, 0);
    operations = scale((unsigned)atoi(argv[3]));
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    if (broker_open) {
        char other[PATH_MAX];

        snprintf(other, sizeof(other), "%s-volume", argv[1]);
        on_volume = mkdir(other, 0755) == 0 && broker_open(other);
        CHECK(on_volume);
    }
    if (!change_root(argv[1])) {
        printf("1..0 # SKIP cannot change the root to %s: %s\n", argv[1], strerror(errno));
        return 0;
    }
    for (int i = 0; i < FILES; i++) {
        ours[i] = theirs[i] = -1;
    }
    sys_mkdir("/start", 0755);
    mkdir("/start", 0755);
    for (const char *const *p =
             (const char *const[]){"tmp", "etc", "var", "root", "dev", "proc", NULL};
         *p && !on_volume; p++) {
        mkdir(*p, 0755); /* so that link counts of the root are the same */
    }
    if (!on_volume) {
        chmod("/tmp", 01777);
        chmod("/root", 0700);
    }
    sys_chdir("/start");
    if (chdir("/start") != 0) {
        return 2;
    }
    for (step = 0; step < operations && !last_mismatch; step++) {
        one();
    }
    printf("# seed %s: %u operations\n", argv[2], step);
    CHECK(!last_mismatch);
    return finish();
}
