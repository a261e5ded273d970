/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the little of an image that a start needs; see peek.h. */
#include "run/peek.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TABLE (64u << 20)

/* `size` bytes from `offset`, allocated, with a zero behind them; NULL when they are not all there.
 */
static void *piece(int fd, uint64_t offset, uint64_t size) {
    if (size == 0 || size > MAX_TABLE || offset > INT64_MAX) {
        return NULL;
    }
    char *bytes = calloc(1, size + 1);
    for (size_t done = 0; bytes && done < size;) {
        ssize_t got = pread(fd, bytes + done, size - done, (off_t)(offset + done));
        if (got <= 0) {
            free(bytes);
            return NULL;
        }
        done += (size_t)got;
    }
    return bytes;
}

static uint64_t find(const Elf64_Sym *symbols, size_t count, const char *names, size_t names_size,
                     const char *wanted) {
    for (size_t i = 1; i < count; i++) {
        if (symbols[i].st_shndx != SHN_UNDEF && symbols[i].st_name < names_size &&
            strcmp(names + symbols[i].st_name, wanted) == 0) {
            return symbols[i].st_value;
        }
    }
    return 0;
}

static void read_layout(struct peek *peek, int fd, const Elf64_Ehdr *header, uint64_t address) {
    Elf64_Phdr *segments = piece(fd, header->e_phoff, header->e_phnum * sizeof *segments);
    for (size_t i = 0; segments && i < header->e_phnum; i++) {
        const Elf64_Phdr *segment = &segments[i];
        uint64_t inside = address - segment->p_vaddr;
        if (segment->p_type != PT_LOAD || inside >= segment->p_filesz) {
            continue;
        }
        struct flexos_layout *layout =
            piece(fd, segment->p_offset + inside, sizeof(struct flexos_layout));
        if (layout && layout->magic == FLEXOS_LAYOUT_MAGIC) {
            peek->layout = *layout;
            peek->have_layout = true;
        }
        free(layout);
    }
    free(segments);
}

static void read_symbols(struct peek *peek, int fd, const Elf64_Ehdr *header,
                         const Elf64_Shdr *table, const Elf64_Shdr *strings) {
    Elf64_Sym *symbols = piece(fd, table->sh_offset, table->sh_size);
    char *names = piece(fd, strings->sh_offset, strings->sh_size);
    if (symbols && names) {
        size_t count = table->sh_size / sizeof *symbols;
        uint64_t layout = find(symbols, count, names, strings->sh_size, "flexos_layout");
        if (layout) {
            read_layout(peek, fd, header, layout);
        }
        peek->has_network = find(symbols, count, names, strings->sh_size, "flexos_net_send") != 0;
        peek->has_volumes =
            find(symbols, count, names, strings->sh_size, "flexos_volume_submit") != 0;
    }
    free(symbols);
    free(names);
}

int peek_image(struct peek *peek, const char *path) {
    *peek = (struct peek){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    Elf64_Ehdr *header = piece(fd, 0, sizeof *header);
    bool good = header && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
                header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_machine == EM_X86_64 &&
                header->e_shentsize == sizeof(Elf64_Shdr) &&
                header->e_phentsize == sizeof(Elf64_Phdr);
    Elf64_Shdr *sections =
        good ? piece(fd, header->e_shoff, header->e_shnum * sizeof *sections) : NULL;
    for (size_t i = 0; sections && i < header->e_shnum; i++) {
        if (sections[i].sh_type == SHT_SYMTAB && sections[i].sh_link < header->e_shnum) {
            read_symbols(peek, fd, header, &sections[i], &sections[sections[i].sh_link]);
        }
    }
    free(sections);
    free(header);
    close(fd);
    return good ? 0 : -ENOEXEC;
}
