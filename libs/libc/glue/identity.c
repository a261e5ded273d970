/* SPDX-License-Identifier: BSD-3-Clause */
/* Who the image is: one process, number 1, of user 0, alone. Changing to the same identity works,
 * becoming somebody else is refused. */
#define _GNU_SOURCE
#include "internal.h"

#include <string.h>
#include <sys/utsname.h>

long sys_getpid(void) {
    return LIBC_PID;
}

long sys_getppid(void) {
    return 0;
}

long sys_getpgid(int pid) {
    return pid == 0 || pid == LIBC_PID ? LIBC_PID : -ESRCH;
}

long sys_setpgid(int pid, int pgid) {
    return (pid == 0 || pid == LIBC_PID) && (pgid == 0 || pgid == LIBC_PID) ? 0 : -EPERM;
}

long sys_getsid(int pid) {
    return sys_getpgid(pid);
}

/* The process is its session's leader already. */
long sys_setsid(void) {
    return -EPERM;
}

long sys_getuid(void) {
    return 0;
}

long sys_geteuid(void) {
    return 0;
}

long sys_getgid(void) {
    return 0;
}

long sys_getegid(void) {
    return 0;
}

static bool keeps(unsigned id) {
    return id == 0 || id == (unsigned)-1;
}

long sys_setuid(unsigned uid) {
    return uid == 0 ? 0 : -EPERM;
}

long sys_setgid(unsigned gid) {
    return gid == 0 ? 0 : -EPERM;
}

long sys_setreuid(unsigned ruid, unsigned euid) {
    return keeps(ruid) && keeps(euid) ? 0 : -EPERM;
}

long sys_setregid(unsigned rgid, unsigned egid) {
    return keeps(rgid) && keeps(egid) ? 0 : -EPERM;
}

long sys_setresuid(unsigned ruid, unsigned euid, unsigned suid) {
    return keeps(ruid) && keeps(euid) && keeps(suid) ? 0 : -EPERM;
}

long sys_setresgid(unsigned rgid, unsigned egid, unsigned sgid) {
    return keeps(rgid) && keeps(egid) && keeps(sgid) ? 0 : -EPERM;
}

/* musl's setuid family arrives here with the number of the call. */
LIBC_HIDDEN int __setxid(int nr, int id, int eid, int sid);
int __setxid(int nr, int id, int eid, int sid) {
    (void)nr;
    if (keeps((unsigned)id) && keeps((unsigned)eid) && keeps((unsigned)sid)) {
        return 0;
    }
    errno = EPERM;
    return -1;
}

long sys_getresuid(unsigned *ruid, unsigned *euid, unsigned *suid) {
    *ruid = *euid = *suid = 0;
    return 0;
}

long sys_getresgid(unsigned *rgid, unsigned *egid, unsigned *sgid) {
    *rgid = *egid = *sgid = 0;
    return 0;
}

long sys_getgroups(int size, unsigned *list) {
    (void)size;
    (void)list;
    return 0;
}

long sys_setgroups(size_t size, const unsigned *list) {
    (void)list;
    return size == 0 ? 0 : -EPERM;
}

long sys_uname(struct utsname *name) {
    *name = (struct utsname){
        .sysname = "FlexOS",
        .nodename = "flexos",
        .release = "1.0",
        .version = "1",
        .machine = "x86_64",
    };
    return 0;
}
