#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* /modules/list names the modules in dependency order; prepare made it. */
void guest_load_modules(void)
{
    FILE *list = fopen("/modules/list", "re");
    if (list == NULL)
        guest_fail("cannot read /modules/list of the initramfs: %s; run emulate/prepare --force",
                   strerror(errno));
    char name[128];
    while (fgets(name, sizeof name, list) != NULL) {
        name[strcspn(name, "\n")] = '\0';
        char path[160];
        snprintf(path, sizeof path, "/modules/%s", name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST))
            guest_fail("cannot load the kernel module %s: %s; run emulate/prepare --force",
                       name, strerror(errno));
        close(fd);
    }
    fclose(list);
}
