#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest messages the driver allows: each one is a trap into QEMU. */
#define PLAN9 "trans=virtio,version=9p2000.L,msize=512000,"
#define NEW_ROOT "/host"

static void mount_or_fail(const char *source, const char *target, const char *type,
                          unsigned long flags, const char *options)
{
    if (mount(source, target, type, flags, options) != 0)
        guest_fail("cannot mount %s (%s) on %s: %s", source, type, target, strerror(errno));
}

void guest_mount_early(void)
{
    mkdir("/dev", 0755);
    mkdir(NEW_ROOT, 0755);
    mount_or_fail("dev", "/dev", "devtmpfs", MS_NOSUID, NULL);
}

/* The host's root, read-only, becomes ours, so that every host command works
 * inside; only what describes the running machine is the guest's own. Host
 * programs do not change during a run, so this mount caches without limits. */
void guest_mount_root(void)
{
    mount_or_fail("root", NEW_ROOT, "9p", MS_RDONLY, PLAN9 "cache=loose");
    mount_or_fail("/dev", NEW_ROOT "/dev", NULL, MS_MOVE, NULL);
    mount_or_fail("proc", NEW_ROOT "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_or_fail("sys", NEW_ROOT "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_or_fail("run", NEW_ROOT "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    mount_or_fail("tmp", NEW_ROOT "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    /* Not every host has this directory. */
    mount("tmp", NEW_ROOT "/var/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");

    if (chdir(NEW_ROOT) != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 ||
        chroot(".") != 0 || chdir("/") != 0)
        guest_fail("cannot switch to the host's root: %s", strerror(errno));

    mkdir("/dev/pts", 0755);
    mkdir("/dev/shm", 01777);
    mount_or_fail("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                  "gid=5,mode=620,ptmxmode=666");
    mount_or_fail("shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mkdir("/run/netns", 0755);
    mkdir("/run/lock", 01777);
    symlink("/proc/self/fd", "/dev/fd");
    symlink("/proc/self/fd/0", "/dev/stdin");
    symlink("/proc/self/fd/1", "/dev/stdout");
    symlink("/proc/self/fd/2", "/dev/stderr");
}

/* Creates the directories of path that are missing: on a tmpfs such as /tmp
 * the host's directories are not there. */
static void make_directories(const char *path)
{
    char partial[4096];
    snprintf(partial, sizeof partial, "%s", path);
    for (char *slash = strchr(partial + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(partial, 0755);
        *slash = '/';
    }
    mkdir(partial, 0755);
}

/* cache=mmap keeps a file's pages only while it is in use: the host may change
 * the checkout during a run, and shared mappings must still work. */
void guest_mount_share(const char *tag, const char *path)
{
    make_directories(path);
    mount_or_fail(tag, path, "9p", 0, PLAN9 "cache=mmap");
}
