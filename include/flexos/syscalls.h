/* SPDX-License-Identifier: BSD-3-Clause */
/* The system call interface of the image: each call is a function sys_NAME, NAME as in Linux for
 * x86-64, and returns a result >= 0 or a negative errno. Whoever implements a call defines the
 * symbol: libc itself (threads, signals, anonymous memory, clocks, identity), vfs (files, sockets,
 * polling). An image contains only what it reaches; a call that nobody provides is a link error,
 * or a logged -ENOSYS where the caller's manifest says so.
 *
 * Structures have the layout of Linux x86-64, which is musl's. Annotations say what a gate copies
 * and checks; their meaning is that of <flexos/interface.h>. Pointers may be NULL where Linux
 * allows it. Not for applications: they call libc. */
#ifndef FLEXOS_SYSCALLS_H
#define FLEXOS_SYSCALLS_H

#include <stddef.h>

#include <flexos/interface.h>

struct epoll_event;
struct iovec;
struct itimerval;
struct k_sigaction;
struct mmsghdr;
struct msghdr;
struct pollfd;
struct rlimit;
struct rusage;
struct sockaddr;
struct stat;
struct statfs;
struct statx;
struct sysinfo;
struct timespec;
struct timeval;
struct timezone;
struct tms;
struct utsname;
struct itimerspec;

/* Files */
long sys_read(int fd, void *buf flexos_out_part(len), size_t len);
long sys_write(int fd, const void *buf flexos_in_part(len), size_t len);
long sys_pread64(int fd, void *buf flexos_out_part(len), size_t len, long offset);
long sys_pwrite64(int fd, const void *buf flexos_in_part(len), size_t len, long offset);
long sys_readv(int fd, const struct iovec *iov flexos_out_each(count, iov_base, iov_len),
               int count);
long sys_writev(int fd, const struct iovec *iov flexos_in_each(count, iov_base, iov_len),
                int count);
long sys_preadv(int fd, const struct iovec *iov flexos_out_each(count, iov_base, iov_len),
                int count, long offset);
long sys_pwritev(int fd, const struct iovec *iov flexos_in_each(count, iov_base, iov_len),
                 int count, long offset);
long sys_open(const char *path flexos_string, int flags, unsigned mode);
long sys_openat(int dirfd, const char *path flexos_string, int flags, unsigned mode);
long sys_close(int fd);
long sys_lseek(int fd, long offset, int whence);
long sys_dup(int fd);
long sys_dup2(int fd, int newfd);
long sys_dup3(int fd, int newfd, int flags);
/* arg: struct flock with F_GETLK, F_SETLK, F_SETLKW and their F_OFD forms, else a number */
long sys_fcntl(int fd, int cmd,
               unsigned long arg flexos_inout((cmd >= 5 && cmd <= 7) * 32 +
                                              (cmd >= 36 && cmd <= 38) * 32));
/* arg: struct termios with TCGETS to TCSETSF, an int with TIOCGPGRP, TIOCSPGRP, FIONREAD, FIONBIO
   and FIOASYNC, struct winsize with TIOCGWINSZ and TIOCSWINSZ, struct ifreq with SIOCGIF* and
   SIOCSIF*; other requests get it as it is */
long sys_ioctl(int fd, int request,
               void *arg flexos_inout((request >= 0x5401 && request <= 0x5404) * 60 +
                                      (request >= 0x540f && request <= 0x5410) * 4 +
                                      (request >= 0x5413 && request <= 0x5414) * 8 +
                                      (request == 0x541b) * 4 + (request == 0x5421) * 4 +
                                      (request == 0x5452) * 4 +
                                      (request >= 0x8913 && request <= 0x8948) * 40));
long sys_flock(int fd, int operation);
long sys_fsync(int fd);
long sys_fdatasync(int fd);
long sys_sync(void);
long sys_syncfs(int fd);
long sys_ftruncate(int fd, long length);
long sys_truncate(const char *path flexos_string, long length);
long sys_fallocate(int fd, int mode, long offset, long length);
long sys_fadvise64(int fd, long offset, long length, int advice);
long sys_readahead(int fd, long offset, size_t count);
long sys_sync_file_range(int fd, long offset, long length, unsigned flags);
long sys_sendfile(int out_fd, int in_fd, long *offset flexos_inout(8), size_t count);
long sys_copy_file_range(int in_fd, long *in_offset flexos_inout(8), int out_fd,
                         long *out_offset flexos_inout(8), size_t len, unsigned flags);
long sys_memfd_create(const char *name flexos_string, unsigned flags);

/* Names and metadata */
long sys_stat(const char *path flexos_string, struct stat *st flexos_out(144));
long sys_lstat(const char *path flexos_string, struct stat *st flexos_out(144));
long sys_fstat(int fd, struct stat *st flexos_out(144));
long sys_newfstatat(int dirfd, const char *path flexos_string, struct stat *st flexos_out(144),
                    int flags);
long sys_statx(int dirfd, const char *path flexos_string, int flags, unsigned mask,
               struct statx *st flexos_out(256));
long sys_statfs(const char *path flexos_string, struct statfs *st flexos_out(120));
long sys_fstatfs(int fd, struct statfs *st flexos_out(120));
long sys_access(const char *path flexos_string, int mode);
long sys_faccessat(int dirfd, const char *path flexos_string, int mode);
long sys_faccessat2(int dirfd, const char *path flexos_string, int mode, int flags);
long sys_mkdir(const char *path flexos_string, unsigned mode);
long sys_mkdirat(int dirfd, const char *path flexos_string, unsigned mode);
long sys_mknod(const char *path flexos_string, unsigned mode, unsigned long dev);
long sys_mknodat(int dirfd, const char *path flexos_string, unsigned mode, unsigned long dev);
long sys_rmdir(const char *path flexos_string);
long sys_unlink(const char *path flexos_string);
long sys_unlinkat(int dirfd, const char *path flexos_string, int flags);
long sys_rename(const char *from flexos_string, const char *to flexos_string);
long sys_renameat(int from_dirfd, const char *from flexos_string, int to_dirfd,
                  const char *to flexos_string);
long sys_renameat2(int from_dirfd, const char *from flexos_string, int to_dirfd,
                   const char *to flexos_string, unsigned flags);
long sys_link(const char *from flexos_string, const char *to flexos_string);
long sys_linkat(int from_dirfd, const char *from flexos_string, int to_dirfd,
                const char *to flexos_string, int flags);
long sys_symlink(const char *target flexos_string, const char *path flexos_string);
long sys_symlinkat(const char *target flexos_string, int dirfd, const char *path flexos_string);
long sys_readlink(const char *path flexos_string, char *buf flexos_out_return(len), size_t len);
long sys_readlinkat(int dirfd, const char *path flexos_string, char *buf flexos_out_return(len),
                    size_t len);
long sys_chmod(const char *path flexos_string, unsigned mode);
long sys_fchmod(int fd, unsigned mode);
long sys_fchmodat(int dirfd, const char *path flexos_string, unsigned mode);
long sys_chown(const char *path flexos_string, unsigned uid, unsigned gid);
long sys_lchown(const char *path flexos_string, unsigned uid, unsigned gid);
long sys_fchown(int fd, unsigned uid, unsigned gid);
long sys_fchownat(int dirfd, const char *path flexos_string, unsigned uid, unsigned gid, int flags);
long sys_utimensat(int dirfd, const char *path flexos_string,
                   const struct timespec *times flexos_in(32), int flags);
long sys_getdents64(int fd, void *buf flexos_out_part(len), size_t len);
long sys_getcwd(char *buf flexos_out_return(len), size_t len);
long sys_chdir(const char *path flexos_string);
long sys_fchdir(int fd);
long sys_umask(unsigned mask);

/* Pipes, events, polling */
long sys_pipe(int *fds flexos_out(8));
long sys_pipe2(int *fds flexos_out(8), int flags);
long sys_eventfd(unsigned count);
long sys_eventfd2(unsigned count, int flags);
long sys_timerfd_create(int clock, int flags);
long sys_timerfd_settime(int fd, int flags, const struct itimerspec *value flexos_in(32),
                         struct itimerspec *old flexos_out(32));
long sys_timerfd_gettime(int fd, struct itimerspec *value flexos_out(32));
long sys_poll(struct pollfd *fds flexos_inout(count * 8), unsigned long count, int timeout_ms);
long sys_ppoll(struct pollfd *fds flexos_inout(count * 8), unsigned long count,
               const struct timespec *timeout flexos_in(16),
               const void *sigmask flexos_in(sigmask_len), size_t sigmask_len);
long sys_select(int count, void *readable flexos_inout(128), void *writable flexos_inout(128),
                void *exceptional flexos_inout(128), struct timeval *timeout flexos_inout(16));
long sys_pselect6(int count, void *readable flexos_inout(128), void *writable flexos_inout(128),
                  void *exceptional flexos_inout(128), const struct timespec *timeout flexos_in(16),
                  const void *sigmask flexos_in(16));
long sys_epoll_create(int size);
long sys_epoll_create1(int flags);
long sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event flexos_in(12));
long sys_epoll_wait(int epfd, struct epoll_event *events flexos_out_upto(max * 12, result * 12),
                    int max, int timeout_ms);
long sys_epoll_pwait(int epfd, struct epoll_event *events flexos_out_upto(max * 12, result * 12),
                     int max, int timeout_ms, const void *sigmask flexos_in(sigmask_len),
                     size_t sigmask_len);

/* Sockets */
long sys_socket(int domain, int type, int protocol);
long sys_socketpair(int domain, int type, int protocol, int *fds flexos_out(8));
long sys_bind(int fd, const struct sockaddr *addr flexos_in(len), unsigned len);
long sys_listen(int fd, int backlog);
long sys_accept(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4));
long sys_accept4(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4),
                 int flags);
long sys_connect(int fd, const struct sockaddr *addr flexos_in(len), unsigned len);
long sys_shutdown(int fd, int how);
long sys_sendto(int fd, const void *buf flexos_in_part(len), size_t len, int flags,
                const struct sockaddr *addr flexos_in(addr_len), unsigned addr_len);
long sys_recvfrom(int fd, void *buf flexos_out_part(len), size_t len, int flags,
                  struct sockaddr *addr flexos_out(*addr_len), unsigned *addr_len flexos_inout(4));
long sys_sendmsg(int fd,
                 const struct msghdr *msg flexos_in(56) flexos_member_in(msg_name, msg_namelen)
                     flexos_member_in_each(msg_iov, msg_iovlen, iov_base, iov_len)
                         flexos_member_in(msg_control, msg_controllen),
                 int flags);
long sys_recvmsg(int fd,
                 struct msghdr *msg flexos_inout(56) flexos_member_out(msg_name, msg_namelen)
                     flexos_member_out_each(msg_iov, msg_iovlen, iov_base, iov_len)
                         flexos_member_out(msg_control, msg_controllen),
                 int flags);
long sys_sendmmsg(int fd, struct mmsghdr *msgs, unsigned count, unsigned flags);
long sys_recvmmsg(int fd, struct mmsghdr *msgs, unsigned count, unsigned flags,
                  struct timespec *timeout flexos_inout(16));
long sys_getsockname(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4));
long sys_getpeername(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4));
long sys_setsockopt(int fd, int level, int name, const void *value flexos_in(len), unsigned len);
long sys_getsockopt(int fd, int level, int name, void *value flexos_out(*len),
                    unsigned *len flexos_inout(4));

/* Memory: anonymous, from the heap of the compartment in which libc lives */
long sys_mmap(void *addr flexos_opaque, size_t len, int prot, int flags, int fd,
              long offset) flexos_returns_own;
long sys_munmap(void *addr flexos_opaque, size_t len);
long sys_mremap(void *addr flexos_opaque, size_t old_len, size_t new_len, int flags,
                void *new_addr flexos_opaque) flexos_returns_own;
long sys_mprotect(void *addr flexos_opaque, size_t len, int prot);
long sys_madvise(void *addr flexos_opaque, size_t len, int advice);
long sys_msync(void *addr flexos_opaque, size_t len, int flags);
long sys_mlock(const void *addr flexos_opaque, size_t len);
long sys_munlock(const void *addr flexos_opaque, size_t len);
long sys_mlockall(int flags);
long sys_munlockall(void);
long sys_brk(void *addr flexos_opaque);
long sys_membarrier(int cmd, int flags);

/* Threads. clone() is no call here: a thread is started by __clone of libc's own glue. */
long sys_futex(volatile int *addr, int op, int value, const struct timespec *timeout,
               volatile int *addr2, int value3);
long sys_set_tid_address(int *addr);
long sys_set_robust_list(void *head, size_t len);
long sys_get_robust_list(int pid, void **head, size_t *len);
long sys_gettid(void);
long sys_exit(int status);
long sys_exit_group(int status);
long sys_sched_yield(void);
long sys_sched_getaffinity(int pid, size_t len, void *mask flexos_out_return(len));
long sys_sched_setaffinity(int pid, size_t len, const void *mask flexos_in(len));
long sys_sched_setscheduler(int pid, int policy, const void *param flexos_in(4));
long sys_sched_getscheduler(int pid);
long sys_sched_getparam(int pid, void *param flexos_out(4));
long sys_sched_setparam(int pid, const void *param flexos_in(4));
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_getcpu(unsigned *cpu flexos_out(4), unsigned *node flexos_out(4),
                void *unused flexos_opaque);

/* Signals: tables in libc, delivered when one of libc's system calls returns */
long sys_rt_sigaction(int sig, const struct k_sigaction *action, struct k_sigaction *old,
                      size_t mask_len);
long sys_rt_sigprocmask(int how, const void *set flexos_in(len), void *old flexos_out(len),
                        size_t len);
long sys_rt_sigpending(void *set flexos_out(len), size_t len);
long sys_rt_sigsuspend(const void *set flexos_in(len), size_t len);
long sys_rt_sigtimedwait(const void *set flexos_in(len), void *info flexos_out(128),
                         const struct timespec *timeout flexos_in(16), size_t len);
long sys_rt_sigqueueinfo(int pid, int sig, void *info flexos_in(128));
long sys_sigaltstack(const void *stack flexos_in(24), void *old flexos_out(24));
long sys_kill(int pid, int sig);
long sys_tkill(int tid, int sig);
long sys_pause(void);
long sys_alarm(unsigned seconds);
long sys_getitimer(int which, struct itimerval *value flexos_out(32));
long sys_setitimer(int which, const struct itimerval *value flexos_in(32),
                   struct itimerval *old flexos_out(32));

/* Time */
long sys_clock_gettime(int clock, struct timespec *time flexos_out(16));
long sys_clock_getres(int clock, struct timespec *resolution flexos_out(16));
long sys_clock_settime(int clock, const struct timespec *time flexos_in(16));
long sys_clock_nanosleep(int clock, int flags, const struct timespec *request flexos_in(16),
                         struct timespec *remaining flexos_out(16));
long sys_nanosleep(const struct timespec *request flexos_in(16),
                   struct timespec *remaining flexos_out(16));
long sys_gettimeofday(struct timeval *time flexos_out(16), struct timezone *zone flexos_out(8));
long sys_times(struct tms *buf flexos_out(32));

/* Identity, limits, the system */
long sys_getpid(void);
long sys_getppid(void);
long sys_getpgid(int pid);
long sys_setpgid(int pid, int pgid);
long sys_getsid(int pid);
long sys_setsid(void);
long sys_getuid(void);
long sys_geteuid(void);
long sys_getgid(void);
long sys_getegid(void);
long sys_setuid(unsigned uid);
long sys_setgid(unsigned gid);
long sys_setreuid(unsigned ruid, unsigned euid);
long sys_setregid(unsigned rgid, unsigned egid);
long sys_setresuid(unsigned ruid, unsigned euid, unsigned suid);
long sys_setresgid(unsigned rgid, unsigned egid, unsigned sgid);
long sys_getresuid(unsigned *ruid flexos_out(4), unsigned *euid flexos_out(4),
                   unsigned *suid flexos_out(4));
long sys_getresgid(unsigned *rgid flexos_out(4), unsigned *egid flexos_out(4),
                   unsigned *sgid flexos_out(4));
long sys_getgroups(int size, unsigned *list flexos_out(size * 4));
long sys_setgroups(size_t size, const unsigned *list flexos_in(size * 4));
long sys_getrlimit(int resource, struct rlimit *limit flexos_out(16));
long sys_setrlimit(int resource, const struct rlimit *limit flexos_in(16));
long sys_prlimit64(int pid, int resource, const struct rlimit *limit flexos_in(16),
                   struct rlimit *old flexos_out(16));
long sys_getrusage(int who, struct rusage *usage flexos_out(144));
long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int priority);
long sys_sysinfo(struct sysinfo *info flexos_out(112));
long sys_uname(struct utsname *name flexos_out(390));
long sys_getrandom(void *buf flexos_out_part(len), size_t len, unsigned flags);
long sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);

/* Processes: there is one, and it stays alone. Everything but wait4 (-ECHILD) is -ENOSYS. */
long sys_fork(void);
long sys_wait4(int pid, int *status flexos_out(4), int options,
               struct rusage *usage flexos_out(144));
long sys_execve(const char *path flexos_string, char *const *argv, char *const *envp);

#endif
