/* SPDX-License-Identifier: BSD-3-Clause */
/* The launcher's end of the control page; see control.h. */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static uint64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int control_create(struct control *control) {
    *control = (struct control){.page_fd = -1, .wake_fd = -1};
    control->page_fd = memfd_create("flexos-control", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (control->page_fd < 0) {
        return -errno;
    }
    /* Sealed: an image that shrank the file could kill the launcher by SIGBUS. */
    if (ftruncate(control->page_fd, FLEXOS_CONTROL_SIZE) ||
        fcntl(control->page_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
        int error = -errno;
        control_destroy(control);
        return error;
    }
    void *page =
        mmap(NULL, FLEXOS_CONTROL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, control->page_fd, 0);
    control->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (page == MAP_FAILED || control->wake_fd < 0) {
        int error = -errno;
        if (page != MAP_FAILED) {
            munmap(page, FLEXOS_CONTROL_SIZE);
        }
        control_destroy(control);
        return error;
    }
    control->page = page;
    control->page->magic = FLEXOS_CONTROL_MAGIC;
    control->page->start_ns = monotonic_ns();
    return 0;
}

void control_destroy(struct control *control) {
    if (control->page) {
        munmap(control->page, FLEXOS_CONTROL_SIZE);
    }
    if (control->page_fd >= 0) {
        close(control->page_fd);
    }
    if (control->wake_fd >= 0) {
        close(control->wake_fd);
    }
    *control = (struct control){.page_fd = -1, .wake_fd = -1};
}

void control_signal(struct control *control, int signal) {
    __atomic_fetch_or(&control->page->signals, UINT64_C(1) << (signal - 1), __ATOMIC_SEQ_CST);
    uint64_t one = 1;
    /* EAGAIN only when the counter is full: then the image is awake already. */
    ssize_t written = write(control->wake_fd, &one, sizeof one);
    (void)written;
}
