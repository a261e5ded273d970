/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs tests/platform/guest.c as the launcher would: sockets, control page, wake-up descriptor.
 * Echoes network frames, answers volume requests, and does what the guest asks for on its console
 * (lines that begin with "> "). Ends with the guest's status.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flexos/control.h"
#include "flexos/volume.h"

static void require(int good, const char *what) {
    if (!good) {
        perror(what);
        exit(2);
    }
}

static void pair(int ends[2]) {
    require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0, "socketpair");
}

static void answer_volume(int fd) {
    static char message[70000];
    struct {
        struct flexos_volume_response head;
        char data[4];
    } reply = {.head = {.result = 77, .data_length = 4}};
    const ssize_t n = recv(fd, message, sizeof message, 0);
    struct flexos_volume_request r;
    if (n < (ssize_t)sizeof r) {
        return;
    }
    memcpy(&r, message, sizeof r);
    require((size_t)n == sizeof r + r.path_length + r.path2_length + r.data_length, "message");
    reply.head.id = r.id;
    memcpy(reply.data, message + sizeof r, 3);
    reply.data[3] = message[sizeof r + r.path_length];
    require(send(fd, &reply, sizeof reply.head + 4, 0) > 0, "send");
}

static void echo(int fd) {
    static char frame[70000];
    ssize_t n;
    while ((n = recv(fd, frame, sizeof frame, 0)) > 0) {
        require(send(fd, frame, (size_t)n, 0) == n, "echo");
    }
}

int main(int argc, char **argv) {
    int net[2], volume[2][2], in[2], out[2];
    char boot[512];
    require(argc == 2, "usage: host GUEST");
    pair(net);
    pair(volume[0]);
    pair(volume[1]);
    require(pipe(in) == 0 && pipe(out) == 0, "pipe");
    const int page = memfd_create("control", 0);
    require(page >= 0 && ftruncate(page, FLEXOS_CONTROL_SIZE) == 0, "memfd");
    struct flexos_control *control =
        mmap(NULL, FLEXOS_CONTROL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
    control->magic = FLEXOS_CONTROL_MAGIC;
    const int wake = eventfd(0, EFD_NONBLOCK);
    snprintf(
        boot, sizeof boot,
        "FLEXOS_BOOT=ctl=%d:%d net=%d:52:54:00:12:34:56 net.kind=packet net.vnet=1 net.mtu=1400 "
        "net.ip=10.0.2.2/24 net.gateway=10.0.2.1 net.dns=10.0.2.3 vol=%d:rw:/d%%20ta vol=%d:ro:/v "
        "later=word",
        page, wake, net[1], volume[0][1], volume[1][1]);
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        char *arguments[] = {"guest", "one", "two words", NULL};
        char *environment[] = {"A=b", boot, "C=d", NULL};
        dup2(in[0], 0);
        dup2(out[1], 1);
        execve(argv[1], arguments, environment);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    FILE *lines = fdopen(out[0], "r");
    setvbuf(lines, NULL, _IONBF, 0);
    struct pollfd fds[3] = {{out[0], POLLIN, 0}, {net[0], POLLIN, 0}, {volume[0][0], POLLIN, 0}};
    char line[256];
    for (;;) {
        poll(fds, 3, -1);
        if (fds[1].revents & POLLIN) {
            echo(net[0]);
        }
        if (fds[2].revents & POLLIN) {
            answer_volume(volume[0][0]);
        }
        if (fds[0].revents == 0) {
            continue;
        }
        if (fgets(line, sizeof line, lines) == NULL) {
            break;
        }
        if (strcmp(line, "> console\n") == 0) {
            require(write(in[1], "abc", 3) == 3, "write");
        } else if (strcmp(line, "> close\n") == 0) {
            close(in[1]);
        } else if (strcmp(line, "> signal\n") == 0) {
            const uint64_t one = 1;
            __atomic_or_fetch(&control->signals, 1UL << (SIGTERM - 1), __ATOMIC_RELEASE);
            require(write(wake, &one, sizeof one) == sizeof one, "wake");
        } else {
            fputs(line, stdout);
            fflush(stdout);
        }
    }
    int status;
    waitpid(child, &status, 0);
    printf("%s - the control page tells the end\n",
           control->state == FLEXOS_STATE_LEAVING && control->status == 42 ? "ok" : "not ok");
    printf("status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status));
    return 0;
}
