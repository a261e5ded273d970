/* SPDX-License-Identifier: BSD-3-Clause */
/* State of the process that concerns files: descriptors 0 to 2, the current directory, the umask.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/syscalls.h>

#include "descriptor.h"
#include "node.h"

unsigned vfs_umask = 022;
static struct place directory; /* kept alive by node_open; no mount = still the root */

/* Descriptors 0 to 2 are one open file of the console. Without one (an image without `devices`)
 * they stay closed. */
void descriptors_begin(void) {
    static bool begun;
    struct file *console;
    struct walk w;

    if (begun) {
        return;
    }
    begun = true;
    if (walk_existing(AT_NOTHING, "/dev/console", WALK_FOLLOW, &w) < 0 ||
        node_file(w.place, &w.attributes, O_RDWR, &console) < 0) {
        return;
    }
    for (int fd = 0; fd <= 2; fd++) {
        if (fd > 0) {
            file_acquire(console);
        }
        if (descriptor_new(console, fd, 0) < 0) {
            file_release(console);
        }
    }
}

struct place current_directory(void) {
    struct mount *root = mount_root();

    return directory.mount ? directory : mount_cover((struct place){root, root->root});
}

static long change_directory(struct place place, unsigned mode) {
    struct place old = directory;
    int error;

    if (!S_ISDIR(mode)) {
        return -ENOTDIR;
    }
    error = node_open(place, O_DIRECTORY);
    if (error < 0) {
        return error;
    }
    directory = place;
    if (old.mount) {
        node_close(old);
    }
    return 0;
}

long sys_chdir(const char *path flexos_string) {
    struct walk w;
    int error = walk_existing(AT_FDCWD, path, WALK_FOLLOW, &w);

    return error < 0 ? error : change_directory(w.place, w.attributes.mode);
}

long sys_fchdir(int fd) {
    struct file *file = file_of_any(fd);
    struct vfs_attributes attributes;
    struct place place;
    long result = -ENOTDIR;

    if (!file) {
        return -EBADF;
    }
    if (node_place(file, &place)) {
        result = node_get(place, &attributes);
        if (result == 0) {
            result = change_directory(place, attributes.mode);
        }
    }
    file_release(file);
    return result;
}

long sys_getcwd(char *buf flexos_out(len), size_t len) {
    long length;

    if (!mount_root()) {
        return -ENOENT;
    }
    length = path_of(current_directory(), buf, len);
    return length < 0 ? length : length + 1;
}

long sys_umask(unsigned mask) {
    unsigned old = vfs_umask;

    vfs_umask = mask & 0777;
    return old;
}
