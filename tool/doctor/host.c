/* SPDX-License-Identifier: BSD-3-Clause */
#include "doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platforms/linux/host/keys.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

void finding_set(struct finding *finding, enum verdict verdict, const char *remedy,
                 const char *detail, ...) {
    va_list ap;
    finding->verdict = verdict;
    snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
    va_start(ap, detail);
    vsnprintf(finding->detail, sizeof finding->detail, detail, ap);
    va_end(ap);
}

/* Runs the trial in a child; its exit status, or 255 when a signal ended it. */
static int try(int (*trial)(void)) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(trial());
    }
    if (pid < 0) {
        return 255;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

void check_keys(struct finding *f) {
    const char *why;
    if (keys_enforced(&why)) {
        finding_set(f, GOOD, "", "enforced: a denied access was refused");
    } else {
        finding_set(
            f, WANTED,
            "run on a processor with PKU and a kernel that offers it; until then the emulated "
            "machine is used, which is slow",
            "%s", why);
    }
}

void check_kernel(struct finding *f) {
    struct utsname name;
    int major = 0, minor = 0;
    uname(&name);
    sscanf(name.release, "%d.%d", &major, &minor);
    if (major < 5 || (major == 5 && minor < 11)) {
        finding_set(f, MISSING, "Linux 5.11 or later (Syscall User Dispatch)", "Linux %s on %s",
                    name.release, name.machine);
    } else if (strcmp(name.machine, "x86_64") != 0) {
        finding_set(f, MISSING, "an x86-64 host", "Linux %s on %s", name.release, name.machine);
    } else {
        finding_set(f, GOOD, "", "Linux %s on %s", name.release, name.machine);
    }
}

static int arm_dispatch(void) {
    static volatile char selector; /* allow: nothing is blocked */
    return prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0UL, 0UL, &selector) == 0 ? 0
                                                                                             : 1;
}

void check_dispatch(struct finding *f) {
    if (try(arm_dispatch) == 0) {
        finding_set(f, GOOD, "", "works");
    } else {
        finding_set(f, MISSING, "a kernel with CONFIG_GENERIC_ENTRY, 5.11 or later, outside gVisor",
                    "the kernel refuses it");
    }
}

static int ask_seccomp(void) {
    unsigned action = SECCOMP_RET_KILL_PROCESS;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? 0 : 1;
}

void check_seccomp(struct finding *f) {
    if (try(ask_seccomp) == 0) {
        finding_set(f, GOOD, "", "filters work");
    } else {
        finding_set(f, MISSING, "a kernel with CONFIG_SECCOMP_FILTER", "filters are not available");
    }
}

/* A child that is traced and stops; the parent of it must see the stop. */
static int trace_child(void) {
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(1);
        }
        raise(SIGTRAP);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return 1;
    }
    ptrace(PTRACE_CONT, pid, NULL, NULL);
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void check_ptrace(struct finding *f) {
    if (try(trace_child) == 0) {
        finding_set(f, GOOD, "", "works: crash reports and supervision");
    } else {
        finding_set(
            f, MISSING,
            "allow ptrace: in a container add the capability SYS_PTRACE or a seccomp profile "
            "that permits it",
            "tracing a child is refused, so no image can be supervised");
    }
}

static int new_namespace(void) {
    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 0 : 1;
}

void check_namespaces(struct finding *f) {
    if (try(new_namespace) == 0) {
        finding_set(f, GOOD, "", "can be made");
    } else {
        finding_set(f, WANTED, "sysctl kernel.unprivileged_userns_clone=1, or run as root",
                    "not allowed: tests of TAP networking are skipped");
    }
}

void check_tun(struct finding *f) {
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        close(fd);
        finding_set(f, GOOD, "", "can be opened: `net: tap` works with CAP_NET_ADMIN");
    } else {
        finding_set(f, WANTED, "modprobe tun; `net: user` works without it", "/dev/net/tun: %s",
                    strerror(errno));
    }
}

void check_kvm(struct finding *f) {
    int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    finding_set(f, UNUSED, "", "%s; the platform kvm is not in this version",
                fd >= 0 ? "present" : strerror(error));
}
