#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* microvm has no BIOS to speak of, no PCI and no legacy devices to probe, and
 * vmlinux starts by its PVH entry, already decompressed: both halve the boot.
 * The emulated processor is the point: TCG enforces protection keys, while KVM
 * would only pass on what the host lacks. Five-level page tables would make
 * every emulated page walk longer. */
#define QEMU "qemu-system-x86_64"
static const char *const fixed_arguments[] = {
    QEMU, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
    "-M", "microvm,acpi=on,rtc=on,isa-serial=on",
    "-accel", "tcg,thread=multi", "-cpu", "max,la57=off",
    "-device", "virtio-serial-device,max_ports=3",
    "-device", "virtserialport,nr=1,chardev=control",
    "-device", "virtserialport,nr=2,chardev=stream",
};

/* The log goes to a serial line, one emulated write per character: only what
 * is worth reading after a failure. no_timer_check skips a test that emulation
 * makes slow; mitigations=off and lsm= skip work that protects nothing here;
 * rcu_expedited makes namespaces quick. tsc=reliable and tsc_early_khz (below)
 * tell the kernel what it would measure against an emulated timer: on a busy
 * host that fails, one boot in ten, and the kernel then waits forever. */
#define KERNEL_ARGUMENTS \
    "console=ttyS0 loglevel=5 panic=-1 reboot=t tsc=reliable no_timer_check " \
    "mitigations=off lsm= audit=0 random.trust_cpu=on rcupdate.rcu_expedited=1 " \
    "net.ifnames=0 pci=off 8250.nr_uarts=1 page_alloc.shuffle=0"

enum { MAX_ARGUMENTS = 160 };

struct arguments {
    const char *words[MAX_ARGUMENTS];
    size_t count;
};

__attribute__((format(printf, 2, 3)))
static void add(struct arguments *arguments, const char *format, ...)
{
    char *word;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&word, format, list);
    va_end(list);
    if (length < 0 || arguments->count + 1 >= MAX_ARGUMENTS)
        launch_fail("cannot build QEMU's command line");
    arguments->words[arguments->count++] = word;
}

/* In QEMU's option syntax a comma inside a value is written twice. */
static char *escape_commas(const char *text)
{
    char *escaped = malloc(2 * strlen(text) + 1);
    if (escaped == NULL)
        launch_fail("out of memory");
    char *to = escaped;
    for (const char *from = text; *from != '\0'; from++) {
        *to++ = *from;
        if (*from == ',')
            *to++ = ',';
    }
    *to = '\0';
    return escaped;
}

/* security_model=none: files get the owner that QEMU's user can give them.
 * multidevs=remap: a host tree crosses file systems, inode numbers must not
 * collide. */
static void add_directory(struct arguments *arguments, const char *tag, const char *path,
                          bool read_only)
{
    char *escaped = escape_commas(path);
    add(arguments, "-fsdev");
    add(arguments, "local,id=%s,path=%s,security_model=none,multidevs=remap%s", tag, escaped,
        read_only ? ",readonly=on" : "");
    add(arguments, "-device");
    add(arguments, "virtio-9p-device,fsdev=%s,mount_tag=%s", tag, tag);
    free(escaped);
}

static void add_network(struct arguments *arguments, const struct options *options)
{
    char forwards[MAX_FORWARDS * 64] = "";
    size_t length = 0;
    for (size_t i = 0; i < options->forward_count; i++)
        length += (size_t)snprintf(forwards + length, sizeof forwards - length,
                                   ",hostfwd=tcp:127.0.0.1:%u-10.0.2.15:%u",
                                   options->forwards[i].host, options->forwards[i].guest);
    add(arguments, "-netdev");
    add(arguments, "user,id=net%s", forwards);
    add(arguments, "-device");
    add(arguments, "virtio-net-device,netdev=net");
}

static void build_arguments(struct arguments *arguments, const struct options *options,
                            int control, int stream, int log)
{
    for (size_t i = 0; i < sizeof fixed_arguments / sizeof fixed_arguments[0]; i++)
        add(arguments, "%s", fixed_arguments[i]);
    add(arguments, "-kernel");
    add(arguments, "%s/vmlinux", options->kernel_dir);
    add(arguments, "-initrd");
    add(arguments, "%s/initramfs", options->kernel_dir);
    add(arguments, "-append");
    add(arguments, KERNEL_ARGUMENTS " tsc_early_khz=%u", tsc_khz());
    add(arguments, "-m");
    add(arguments, "%u", options->memory);
    add(arguments, "-smp");
    add(arguments, "%u", options->cpus);
    add(arguments, "-chardev");
    add(arguments, "socket,id=control,fd=%d", control);
    add(arguments, "-chardev");
    add(arguments, "socket,id=stream,fd=%d", stream);
    add(arguments, "-chardev");
    add(arguments, "file,id=log,path=/proc/self/fd/%d,append=on", log);
    add(arguments, "-serial");
    add(arguments, "chardev:log");
    add_directory(arguments, "root", "/", true);
    for (size_t i = 0; i < options->share_count; i++) {
        char tag[16];
        snprintf(tag, sizeof tag, "share%zu", i);
        add_directory(arguments, tag, options->shares[i], false);
    }
    add_network(arguments, options);
}

_Noreturn static void become_qemu(const struct arguments *arguments, pid_t launcher,
                                  const int inherited[3])
{
    /* Killing the launcher in any way must not leave a machine behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launcher)
        _exit(STATUS_FAILURE);
    setsid(); /* Ctrl-C is for the command inside, not for QEMU */
    for (int i = 0; i < 3; i++)
        fcntl(inherited[i], F_SETFD, 0);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(inherited[2], STDOUT_FILENO);
    dup2(inherited[2], STDERR_FILENO);
    execvp(QEMU, (char *const *)(void *)arguments->words);
    dprintf(STDERR_FILENO, "cannot run " QEMU ": %s; install qemu-system-x86\n",
            strerror(errno));
    _exit(STATUS_FAILURE);
}

void machine_start(struct machine *machine, const struct options *options)
{
    int control[2], stream[2];
    machine->log = memfd_create("emulate-log", MFD_CLOEXEC);
    if (machine->log < 0 || fcntl(machine->log, F_SETFL, O_APPEND) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0)
        launch_fail("cannot set up the machine's channels: %s", strerror(errno));

    struct arguments arguments = {0};
    build_arguments(&arguments, options, control[1], stream[1], machine->log);
    if (options->verbose) {
        fputs("emulate:", stderr);
        for (size_t i = 0; i < arguments.count; i++)
            fprintf(stderr, " %s", arguments.words[i]);
        fputc('\n', stderr);
    }

    pid_t launcher = getpid();
    machine->pid = fork();
    if (machine->pid < 0)
        launch_fail("cannot fork: %s", strerror(errno));
    if (machine->pid == 0)
        become_qemu(&arguments, launcher, (int[3]){control[1], stream[1], machine->log});
    close(control[1]);
    close(stream[1]);
    machine->control = control[0];
    machine->stream = stream[0];
    fcntl(machine->control, F_SETFL, O_NONBLOCK);
    fcntl(machine->stream, F_SETFL, O_NONBLOCK);
}

void machine_stop(struct machine *machine)
{
    kill(machine->pid, SIGKILL);
    waitpid(machine->pid, NULL, 0);
}

void machine_show_log(const struct machine *machine, bool whole)
{
    off_t size = lseek(machine->log, 0, SEEK_END);
    const off_t tail = 3000;
    off_t from = whole || size < tail ? 0 : size - tail;
    char *text = malloc((size_t)(size - from) + 1);
    if (text == NULL || size == from)
        return;
    ssize_t got = pread(machine->log, text, (size_t)(size - from), from);
    fputs("emulate: the machine's log ends with:\n", stderr);
    for (ssize_t i = 0; i < got; i++)
        if (text[i] != '\r') /* the serial console's line ends */
            fputc(text[i], stderr);
    free(text);
}
