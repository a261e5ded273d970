#include "launch.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_text(struct frame_writer *control, enum frame_type type, const char *text)
{
    size_t length = strlen(text);
    if (length > 0xffffff)
        launch_fail("an argument or variable is longer than 16 MiB");
    frame_put(control, type, text, length);
}

static void put_shares(struct frame_writer *control, const struct options *options)
{
    for (size_t i = 0; i < options->share_count; i++) {
        char text[4200];
        int tag = snprintf(text, sizeof text, "share%zu", i);
        int path = snprintf(text + tag + 1, sizeof text - (size_t)tag - 1, "%s",
                            options->shares[i]);
        frame_put(control, FRAME_SHARE, text, (size_t)(tag + 1 + path));
    }
}

/* Names are looked up here: the machine has the same files, but here the
 * mistake shows before the boot. */
static void put_user(struct frame_writer *control, const char *user)
{
    enum { MAX_GROUPS = 64 };
    uint32_t ids[2 + MAX_GROUPS];
    gid_t groups[MAX_GROUPS];
    int group_count = 0;
    char *end;

    ids[0] = (uint32_t)strtoul(user, &end, 10);
    if (end != user && (*end == '\0' || *end == ':')) {
        ids[1] = *end == ':' ? (uint32_t)strtoul(end + 1, &end, 10) : ids[0];
        if (*end != '\0')
            launch_fail("--user: '%s' is not NAME, UID or UID:GID", user);
    } else {
        const struct passwd *entry = getpwnam(user);
        if (entry == NULL)
            launch_fail("--user: there is no user '%s' on this host", user);
        ids[0] = entry->pw_uid;
        ids[1] = entry->pw_gid;
        group_count = MAX_GROUPS;
        if (getgrouplist(user, entry->pw_gid, groups, &group_count) < 0)
            launch_fail("--user: '%s' is in more than %d groups", user, MAX_GROUPS);
        memcpy(ids + 2, groups, (size_t)group_count * sizeof groups[0]);
    }
    frame_put(control, FRAME_USER, ids, (size_t)(2 + group_count) * sizeof ids[0]);
}

void describe_command(struct frame_writer *control, const struct options *options)
{
    char *directory = getcwd(NULL, 0);
    if (directory == NULL)
        launch_fail("cannot tell the current directory: %s", strerror(errno));
    put_shares(control, options);
    put_text(control, FRAME_CWD, directory);
    free(directory);
    if (options->user != NULL)
        put_user(control, options->user);
    for (size_t i = 0; i < options->environment_count; i++)
        put_text(control, FRAME_ENV, options->environment[i]);
    for (char **word = options->command; *word != NULL; word++)
        put_text(control, FRAME_ARG, *word);
}

void describe_start(struct frame_writer *control)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    const struct frame_time time = {wall.tv_sec, wall.tv_nsec};
    frame_put(control, FRAME_TIME, &time, sizeof time);
    frame_put(control, FRAME_START, NULL, 0);
}
