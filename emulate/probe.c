/* What the self-test runs inside the machine: one check by name, which prints
 * what it found and exits 0 if all was as our images need it. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cpuid.h>
#include <elf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif
#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif
#define PAGE ((size_t)4096)

static void check(bool right, const char *what)
{
    printf("%s: %s\n", right ? "right" : "WRONG", what);
    if (!right)
        exit(1);
}

static uint32_t read_pkru(void)
{
    uint32_t value, zero;
    __asm__ volatile("rdpkru" : "=a"(value), "=d"(zero) : "c"(0));
    return value;
}

static void write_pkru(uint32_t value)
{
    __asm__ volatile("wrpkru" : : "a"(value), "c"(0), "d"(0) : "memory");
}

static volatile char *page_with_key(int key)
{
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(page != MAP_FAILED, "page mapped");
    check(pkey_mprotect(page, PAGE, PROT_READ | PROT_WRITE, key) == 0, "page given its key");
    return page;
}

static sigjmp_buf after_fault;
static siginfo_t fault;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    fault = *info;
    siglongjmp(after_fault, 1);
}

static void catch_signal(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigaction(number, &action, NULL);
}

/* Whether touching the page with this PKRU faults as the key asks. */
static bool key_faults(volatile char *page, uint32_t pkru, bool write, int key)
{
    if (sigsetjmp(after_fault, 1) != 0) {
        write_pkru(0);
        return fault.si_signo == SIGSEGV && fault.si_code == SEGV_PKUERR &&
               (int)fault.si_pkey == key;
    }
    write_pkru(pkru);
    if (write)
        *page = 1;
    else
        (void)*page;
    write_pkru(0);
    return false;
}

static void test_pku(void)
{
    int count = 0, key = -1;
    for (int got; (got = pkey_alloc(0, 0)) >= 0; count++)
        key = got;
    printf("%d keys\n", count);
    check(count == 15, "pkey_alloc gives 15 keys");

    volatile char *page = page_with_key(key);
    uint32_t no_access = 1U << (2 * key), no_write = 2U << (2 * key);
    catch_signal(SIGSEGV, on_fault, 0);
    check(!key_faults(page, 0, true, key), "an allowed write does not fault");
    check(key_faults(page, no_access, false, key), "a denied read gives SEGV_PKUERR");
    check(key_faults(page, no_access, true, key), "a denied write gives SEGV_PKUERR");
    check(!key_faults(page, no_write, false, key), "a write-disabled key allows reads");
    check(key_faults(page, no_write, true, key), "a write-disabled key denies writes");

    int pipes[2];
    check(pipe(pipes) == 0 && write(pipes[1], "x", 1) == 1, "pipe filled");
    write_pkru(no_access);
    ssize_t got = read(pipes[0], (void *)(uintptr_t)page, 1);
    int error = errno;
    write_pkru(0);
    check(got == -1 && error == EFAULT, "the kernel honours the key on behalf of the process");
}

static volatile char selector;
static volatile int dispatched;

static void on_dispatch(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    selector = 0;
    if (info->si_code == SYS_USER_DISPATCH)
        dispatched = info->si_syscall;
}

static void test_dispatch(void)
{
    catch_signal(SIGSYS, on_dispatch, 0);
    check(prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector) == 0,
          "system call user dispatch switched on");
    selector = 1;
    syscall(SYS_getppid);
    check(dispatched == SYS_getppid, "a blocked call arrives as SIGSYS");
    dispatched = -1;
    syscall(SYS_getppid);
    check(dispatched == -1, "an allowed call does not");
}

static void test_seccomp(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0, "filter installed");
    check(syscall(SYS_getppid) == -1 && errno == EDOM, "the filter answers");
    check(getpid() > 0, "other calls pass");
}

static uint32_t pkru_of(pid_t pid)
{
    static unsigned char area[16384];
    unsigned size, offset, flags, reserved;
    __cpuid_count(0xd, 9, size, offset, flags, reserved);
    struct iovec vector = {area, sizeof area};
    check(ptrace(PTRACE_GETREGSET, pid, (void *)(uintptr_t)NT_X86_XSTATE, &vector) == 0,
          "extended state read");
    check(size >= 4 && vector.iov_len >= offset + 4, "it holds PKRU");
    uint32_t value;
    memcpy(&value, area + offset, sizeof value);
    return value;
}

static void test_ptrace(void)
{
    int key = pkey_alloc(0, 0);
    volatile char *page = page_with_key(key);
    uint32_t pkru = 0x50000000u | 1U << (2 * key);
    pid_t pid = fork();
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        write_pkru(pkru);
        *page = 1;
        _exit(0);
    }
    int status;
    siginfo_t info;
    check(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) &&
          WSTOPSIG(status) == SIGSEGV, "signal-delivery-stop on the fault");
    check(ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0 && info.si_code == SEGV_PKUERR &&
          (int)info.si_pkey == key && info.si_addr == (void *)(uintptr_t)page,
          "PTRACE_GETSIGINFO tells address, code and key");
    uint32_t seen = pkru_of(pid);
    printf("PKRU %08x, set %08x\n", seen, pkru);
    check(seen == pkru, "NT_X86_XSTATE shows the PKRU of the fault");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void on_frame(int number, siginfo_t *info, void *context)
{
    (void)number, (void)info, (void)context;
    _exit(read_pkru() == 0x55555554 ? 42 : 43);
}

/* Delivers a signal on an alternate stack of the given key while PKRU has the
 * given bits, and prints what became of the process. */
static void deliver(const char *what, int key, uint32_t pkru)
{
    volatile char *stack = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pkey_mprotect((void *)(uintptr_t)stack, 16 * PAGE, PROT_READ | PROT_WRITE, key);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        stack_t alternate = {.ss_sp = (void *)(uintptr_t)stack, .ss_size = 16 * PAGE};
        sigaltstack(&alternate, NULL);
        catch_signal(SIGILL, on_frame, SA_ONSTACK);
        /* In one piece: the ordinary stack may not be written either. */
        __asm__ volatile("wrpkru; ud2" : : "a"(pkru), "c"(0), "d"(0));
        __builtin_unreachable();
    }
    int status;
    waitpid(pid, &status, 0);
    printf("%s: ", what);
    if (WIFSIGNALED(status))
        printf("killed by signal %d\n", WTERMSIG(status));
    else
        printf("delivered, handler ran with %s PKRU\n",
               WEXITSTATUS(status) == 42 ? "the initial" : "another");
}

/* Information, not a check: it depends on the kernel's age. */
static void show_frames(void)
{
    int key = pkey_alloc(0, 0);
    deliver("alternate stack of key 0, all allowed", 0, 0);
    deliver("alternate stack of key 0, key 0 write-disabled", 0, 2);
    deliver("alternate stack of key 0, key 0 access-disabled", 0, 1);
    deliver("alternate stack of key n, key n access-disabled", key, 1U << (2 * key));
}

/* Answers one connection with the line it sent. */
static void serve(const char *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(port)),
    };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0,
          "listening");
    fflush(stdout);
    int client = accept(fd, NULL, NULL);
    char line[256];
    ssize_t got = read(client, line, sizeof line);
    check(got > 0 && write(client, line, (size_t)got) == got, "answered");
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "pku") == 0)
        test_pku();
    else if (strcmp(name, "dispatch") == 0)
        test_dispatch();
    else if (strcmp(name, "seccomp") == 0)
        test_seccomp();
    else if (strcmp(name, "ptrace") == 0)
        test_ptrace();
    else if (strcmp(name, "frames") == 0)
        show_frames();
    else if (strcmp(name, "serve") == 0 && argc > 2)
        serve(argv[2]);
    else {
        fputs("usage: probe pku|dispatch|seccomp|ptrace|frames|serve PORT\n", stderr);
        return 2;
    }
    return 0;
}
