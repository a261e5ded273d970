/* SPDX-License-Identifier: BSD-3-Clause */
/* Adds a section at the end of an ELF file; nothing that was there moves. */
#include "link/embed.h"

#include "util/mem.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int get(int fd, void *data, size_t size, uint64_t at) {
    ssize_t n = pread(fd, data, size, (off_t)at);
    return n < 0 ? -errno : (size_t)n == size ? 0 : -EIO;
}

static int put(int fd, const void *data, size_t size, uint64_t at) {
    ssize_t n = pwrite(fd, data, size, (off_t)at);
    return n < 0 ? -errno : (size_t)n == size ? 0 : -ENOSPC;
}

/* Writes section NAME, then the table of names with it, then the table of sections. */
static int extend(int fd, Elf64_Ehdr *header, Elf64_Shdr *sections, uint64_t end, const char *name,
                  const void *data, size_t size) {
    Elf64_Shdr *names = &sections[header->e_shstrndx];
    size_t old = names->sh_size, name_size = strlen(name) + 1;
    char *strings = xmalloc(old + name_size);
    int error = get(fd, strings, old, names->sh_offset);
    memcpy(strings + old, name, name_size);
    sections[header->e_shnum] = (Elf64_Shdr){.sh_name = (Elf64_Word)old,
                                             .sh_type = SHT_PROGBITS,
                                             .sh_offset = end,
                                             .sh_size = size,
                                             .sh_addralign = 1};
    names->sh_offset = end + size;
    names->sh_size = old + name_size;
    header->e_shoff = (names->sh_offset + names->sh_size + 7) & ~(uint64_t)7;
    header->e_shnum++;
    if (!error)
        error = put(fd, data, size, end);
    if (!error)
        error = put(fd, strings, old + name_size, names->sh_offset);
    if (!error)
        error = put(fd, sections, header->e_shnum * sizeof *sections, header->e_shoff);
    if (!error)
        error = put(fd, header, sizeof *header, 0);
    free(strings);
    return error;
}

int embed_section(const char *path, const char *name, const void *data, size_t size) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    Elf64_Ehdr header;
    struct stat st;
    int error = fstat(fd, &st) == 0 ? get(fd, &header, sizeof header, 0) : -errno;
    if (!error) {
        Elf64_Shdr *sections = xcalloc(header.e_shnum + 1U, sizeof *sections);
        error = get(fd, sections, header.e_shnum * sizeof *sections, header.e_shoff);
        if (!error)
            error = extend(fd, &header, sections, (uint64_t)st.st_size, name, data, size);
        free(sections);
    }
    close(fd);
    return error;
}
