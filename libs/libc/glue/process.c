/* SPDX-License-Identifier: BSD-3-Clause */
/* What is left of processes where there is only one: limits, usage, processors, random numbers. */
#define _GNU_SOURCE
#include "internal.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>

enum { TICKS_PER_SECOND = 100 };

static const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

static struct rlimit limit_of(int resource) {
    switch (resource) {
    case RLIMIT_STACK:
        return (struct rlimit){flexos_published.stack_slot, flexos_published.stack_slot};
    case RLIMIT_DATA:
    case RLIMIT_AS:
        return (struct rlimit){flexos_published.heap_size, flexos_published.heap_size};
    case RLIMIT_NOFILE:
        return (struct rlimit){65536, 65536};
    case RLIMIT_NPROC:
        return (struct rlimit){flexos_published.threads, flexos_published.threads};
    case RLIMIT_CORE:
    case RLIMIT_MEMLOCK:
    case RLIMIT_NICE:
    case RLIMIT_RTPRIO:
        return (struct rlimit){0, 0};
    default:
        return unlimited;
    }
}

long sys_getrlimit(int resource, struct rlimit *limit) {
    if (resource < 0 || resource >= RLIM_NLIMITS) {
        return -EINVAL;
    }
    *limit = limit_of(resource);
    return 0;
}

/* Limits are the image's and fixed: lowering is accepted without effect, raising refused. */
long sys_setrlimit(int resource, const struct rlimit *limit) {
    struct rlimit now;
    long error = sys_getrlimit(resource, &now);
    if (error != 0) {
        return error;
    }
    return limit->rlim_cur <= now.rlim_cur ? 0 : -EPERM;
}

long sys_prlimit64(int pid, int resource, const struct rlimit *limit, struct rlimit *old) {
    if (pid != 0 && pid != LIBC_PID) {
        return -ESRCH;
    }
    if (old) {
        long error = sys_getrlimit(resource, old);
        if (error != 0) {
            return error;
        }
    }
    return limit ? sys_setrlimit(resource, limit) : 0;
}

/* Processor time is the time since the start: nobody else uses this processor. */
long sys_getrusage(int who, struct rusage *usage) {
    uint64_t ns = libc_now() - flexos_published.mono_base_ns;
    (void)who;
    memset(usage, 0, sizeof *usage);
    usage->ru_utime.tv_sec = (time_t)(ns / 1000000000U);
    usage->ru_utime.tv_usec = (suseconds_t)(ns % 1000000000U / 1000U);
    return 0;
}

long sys_times(struct tms *buf) {
    uint64_t ns = libc_now() - flexos_published.mono_base_ns;
    if (buf) {
        *buf = (struct tms){.tms_utime = (clock_t)(ns / (1000000000U / TICKS_PER_SECOND))};
    }
    return (long)(libc_now() / (1000000000U / TICKS_PER_SECOND));
}

long sys_sysinfo(struct sysinfo *info) {
    memset(info, 0, sizeof *info);
    info->uptime = (unsigned long)(libc_now() / 1000000000U);
    info->totalram = info->freeram = flexos_published.heap_size;
    info->procs = 1;
    info->mem_unit = 1;
    return 0;
}

long sys_getpriority(int which, int who) {
    (void)which;
    (void)who;
    return 20; /* nice 0, as the kernel tells it */
}

long sys_setpriority(int which, int who, int priority) {
    (void)which;
    (void)who;
    return priority == 0 ? 0 : -EPERM;
}

long sys_sched_getaffinity(int pid, size_t len, void *mask) {
    (void)pid;
    if (len < sizeof(unsigned long)) {
        return -EINVAL;
    }
    memset(mask, 0, len);
    *(unsigned char *)mask = 1;
    return sizeof(unsigned long);
}

long sys_sched_setaffinity(int pid, size_t len, const void *mask) {
    (void)pid;
    return len > 0 && (*(const unsigned char *)mask & 1) != 0 ? 0 : -EINVAL;
}

/* There is one policy: first come, first served, until a thread waits. */
long sys_sched_setscheduler(int pid, int policy, const void *param) {
    (void)pid;
    (void)param;
    return policy == 0 ? 0 : -EPERM;
}

long sys_sched_getscheduler(int pid) {
    (void)pid;
    return 0;
}

long sys_sched_getparam(int pid, void *param) {
    (void)pid;
    memset(param, 0, sizeof(int));
    return 0;
}

long sys_sched_setparam(int pid, const void *param) {
    int priority;
    (void)pid;
    memcpy(&priority, param, sizeof priority);
    return priority == 0 ? 0 : -EINVAL;
}

long sys_sched_get_priority_max(int policy) {
    return policy == 0 ? 0 : -EINVAL;
}

long sys_sched_get_priority_min(int policy) {
    return policy == 0 ? 0 : -EINVAL;
}

long sys_getcpu(unsigned *cpu, unsigned *node, void *unused) {
    (void)unused;
    if (cpu) {
        *cpu = 0;
    }
    if (node) {
        *node = 0;
    }
    return 0;
}

/* In pieces, through a buffer that the TCB may write whatever compartment the caller's lies in. */
long sys_getrandom(void *buf, size_t len, unsigned flags) {
    unsigned char piece[256];
    (void)flags;
    for (size_t done = 0; done < len;) {
        size_t size = len - done < sizeof piece ? len - done : sizeof piece;
        long got = flexos_random(piece, size);
        if (got <= 0) {
            return got < 0 ? got : -EIO;
        }
        memcpy((char *)buf + done, piece, (size_t)got);
        done += (size_t)got;
    }
    return (long)len;
}

long sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    switch (option) {
    case PR_SET_NAME: /* threads have no names outside */
    case PR_SET_DUMPABLE:
        return 0;
    default:
        return -EINVAL;
    }
}

long sys_fork(void) {
    return -ENOSYS;
}

long sys_execve(const char *path, char *const *argv, char *const *envp) {
    (void)path;
    (void)argv;
    (void)envp;
    return -ENOSYS;
}

long sys_wait4(int pid, int *status, int options, struct rusage *usage) {
    (void)pid;
    (void)status;
    (void)options;
    (void)usage;
    return -ECHILD;
}
