/* /init of the emulated machine: loads the modules, makes the host's files
 * its own, and hands over to the agent, which runs the one command. */
#include "frame.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The launcher's machine always has these two ports (see machine.c). */
#define CONTROL_PORT "/dev/vport0p1"
#define STREAM_PORT "/dev/vport0p2"

static int stream_port = -1;

_Noreturn static void power_off(void)
{
    sync();
    reboot(RB_AUTOBOOT); /* QEMU runs with -no-reboot: it exits */
    for (;;)
        pause();
}

void guest_fail(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    /* Before the ports exist only the kernel log can carry the message. */
    int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    if (log >= 0)
        dprintf(log, "<3>emulate: %s", text);
    if (stream_port >= 0) {
        struct frame_writer writer = {0};
        frame_put(&writer, FRAME_FAILURE, text, strlen(text));
        fcntl(stream_port, F_SETFL, 0);
        frame_flush(&writer, stream_port);
        sleep(1); /* the launcher ends the machine when it has the message */
    }
    power_off();
}

/* Opens a port and waits until QEMU has connected it: before that, reading
 * says end of file and polling says hang-up. */
static int open_port(const char *path)
{
    const struct timespec pause_time = {.tv_nsec = 5 * 1000 * 1000};
    for (int attempt = 0; attempt < 4000; attempt++) {
        int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) {
            struct pollfd state = {.fd = fd, .events = POLLOUT};
            if (poll(&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0)
                return fd;
            close(fd);
        }
        nanosleep(&pause_time, NULL);
    }
    guest_fail("the port %s did not appear: %s", path, strerror(errno));
}

static char *text_of(const struct frame *frame)
{
    char *text = malloc(frame->length + 1);
    if (text == NULL)
        guest_fail("out of memory; give the machine more with --memory");
    memcpy(text, frame->payload, frame->length);
    text[frame->length] = '\0';
    return text;
}

/* Appends to a NULL-terminated list. */
static void append(char ***list, size_t *count, char *item)
{
    char **grown = realloc(*list, (*count + 2) * sizeof *grown);
    if (grown == NULL)
        guest_fail("out of memory; give the machine more with --memory");
    grown[(*count)++] = item;
    grown[*count] = NULL;
    *list = grown;
}

static void set_clock(const struct frame *frame)
{
    struct frame_time now = {0};
    if (frame->length == sizeof now)
        memcpy(&now, frame->payload, sizeof now);
    const struct timespec time = {.tv_sec = now.seconds, .tv_nsec = now.nanoseconds};
    clock_settime(CLOCK_REALTIME, &time);
}

/* Asks for the description only now: a time sent before the boot is old. */
static void ask_for_command(void)
{
    struct frame_writer writer = {0};
    frame_put(&writer, FRAME_READY, NULL, 0);
    if (!frame_flush(&writer, stream_port) || frame_pending(&writer))
        guest_fail("cannot write to the stream port: %s", strerror(errno));
}

/* Reads the description up to FRAME_START; mounts the shares on the way. */
static void receive_command(struct command *command, int control)
{
    static struct frame_reader reader;
    struct frame frame;
    ask_for_command();
    for (;;) {
        while (frame_take(&reader, &frame)) {
            char *text = text_of(&frame);
            switch (frame.type) {
            case FRAME_TIME:
                set_clock(&frame);
                break;
            case FRAME_SHARE:
                guest_mount_share(text, text + strlen(text) + 1);
                break;
            case FRAME_CWD:
                command->directory = text;
                break;
            case FRAME_USER:
                command->user_count = frame.length / sizeof(uint32_t);
                command->user = (uint32_t *)(void *)text;
                break;
            case FRAME_ENV:
                append(&command->environment, &command->environment_count, text);
                break;
            case FRAME_ARG:
                append(&command->arguments, &command->argument_count, text);
                break;
            case FRAME_START:
                return;
            default:
                guest_fail("unexpected message %d before the start", (int)frame.type);
            }
        }
        struct pollfd state = {.fd = control, .events = POLLIN};
        poll(&state, 1, -1);
        if (!frame_read(&reader, control))
            guest_fail("the control port closed before the start");
    }
}

int main(void)
{
    guest_mount_early();
    guest_load_modules();
    int control = open_port(CONTROL_PORT);
    stream_port = open_port(STREAM_PORT);
    guest_mount_root();
    guest_network_up();

    /* A name that every host's /etc/hosts resolves. */
    sethostname("localhost", strlen("localhost"));
    /* The kernel's default of 4096 is below what a login gives on the host. */
    const struct rlimit files = {.rlim_cur = 1024, .rlim_max = 1048576};
    setrlimit(RLIMIT_NOFILE, &files);

    struct command command = {0};
    receive_command(&command, control);
    guest_run(&command, control, stream_port);
}
