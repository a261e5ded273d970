/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens an image file and answers what lies at an address; see program.h. */
#include "run/program.h"

#include "util/file.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

static Elf *elf_of(const struct program *program) {
    GElf_Addr bias;
    return dwfl_module_getelf(program->module, &bias);
}

/* Reads initialised bytes of the file by their address in the image. */
static bool read_file(const struct program *program, uint64_t address, void *buffer, size_t size) {
    Elf *elf = elf_of(program);
    size_t count = 0, file_size = 0;
    const char *bytes = elf_rawfile(elf, &file_size);
    elf_getphdrnum(elf, &count);
    for (size_t i = 0; bytes && i < count; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
            address < header.p_vaddr || address - header.p_vaddr > header.p_filesz ||
            size > header.p_filesz - (address - header.p_vaddr)) {
            continue;
        }
        uint64_t offset = header.p_offset + (address - header.p_vaddr);
        if (offset > file_size || size > file_size - offset) {
            return false;
        }
        memcpy(buffer, bytes + offset, size);
        return true;
    }
    return false;
}

static void load_layout(struct program *program) {
    uint64_t address;
    struct flexos_layout *layout = &program->layout;
    if (!program_symbol(program, "flexos_layout", &address) ||
        !read_file(program, address, layout, sizeof *layout) ||
        layout->magic != FLEXOS_LAYOUT_MAGIC || layout->version < FLEXOS_LAYOUT_VERSION) {
        return;
    }
    for (int k = 0; k < FLEXOS_DOMAINS; k++) {
        layout->domains[k].name[sizeof layout->domains[k].name - 1] = '\0';
    }
    program->have_layout = true;
}

/*
 * The file in memory. libelf would map it and touch pages all over it, which takes minutes when the
 * file lies on the emulated machine's share, where each page is a message to the host.
 */
static int open_copy(const char *path) {
    char *text;
    size_t size;
    int error = file_read(path, 0, &text, &size);
    if (error < 0) {
        return error;
    }
    int fd = memfd_create("flexos-image", MFD_CLOEXEC);
    for (size_t done = 0; fd >= 0 && done < size;) {
        ssize_t written = write(fd, text + done, size - done);
        if (written <= 0) {
            error = -errno;
            close(fd);
            fd = -1;
        } else {
            done += (size_t)written;
        }
    }
    free(text);
    return fd >= 0 ? fd : error ? error : -errno;
}

int program_open(struct program *program, const char *path) {
    *program = (struct program){.path = path};
    int fd = open_copy(path);
    if (fd < 0) {
        return fd;
    }
    program->dwfl = dwfl_begin(&callbacks);
    if (program->dwfl) {
        program->module = dwfl_report_elf(program->dwfl, "image", path, fd, 0, false);
    }
    if (!program->module) {
        close(fd);
        program_close(program);
        return -ENOEXEC;
    }
    dwfl_report_end(program->dwfl, NULL, NULL); /* the descriptor is now libdwfl's */
    Dwarf_Addr bias;
    program->units.dwarf = dwfl_module_getdwarf(program->module, &bias);
    symbols_load(&program->symbols, elf_of(program));
    labels_load(&program->labels, &program->symbols);
    load_layout(program);
    return 0;
}

void program_close(struct program *program) {
    symbols_free(&program->symbols);
    units_free(&program->units);
    if (program->dwfl) {
        dwfl_end(program->dwfl);
    }
    labels_free(&program->labels);
    sources_free(&program->sources);
    *program = (struct program){0};
}

bool program_symbol(const struct program *program, const char *name, uint64_t *address) {
    const struct symbol *symbol = symbols_named(&program->symbols, name);
    if (symbol) {
        *address = symbol->start;
    }
    return symbol != NULL;
}

int program_segment(const struct program *program, uint64_t address) {
    Elf *elf = elf_of(program);
    size_t count = 0;
    elf_getphdrnum(elf, &count);
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_LOAD &&
            address >= header.p_vaddr && address - header.p_vaddr < header.p_memsz) {
            return (int)header.p_flags;
        }
    }
    return -1;
}

void program_code(struct program *program, uint64_t address, struct program_code *code) {
    *code = (struct program_code){.address = address};
    int flags = program_segment(program, address);
    if (flags < 0 || !(flags & PF_X)) {
        return;
    }
    const struct symbol *symbol = symbols_at(&program->symbols, address);
    if (symbol) {
        code->function = symbol->shown;
        code->offset = address - symbol->start;
    }
    Dwarf_Die unit;
    Dwarf_Line *line =
        units_find(&program->units, address, &unit) ? dwarf_getsrc_die(&unit, address) : NULL;
    if (line) {
        code->file = dwarf_linesrc(line, NULL, NULL);
        dwarf_lineno(line, &code->line);
    }
    code->library = program_library(program, address);
}

void program_object(struct program *program, uint64_t address, struct program_object *object) {
    *object = (struct program_object){0};
    if (program_segment(program, address) < 0) {
        return;
    }
    object->library = program_library(program, address);
    const struct symbol *symbol = symbols_at(&program->symbols, address);
    if (symbol && address - symbol->start < symbol->size) {
        object->name = symbol->shown;
        object->offset = address - symbol->start;
        object->size = symbol->size;
    }
}

const char *program_compartment(const struct program *program, int k) {
    if (k == 0 || k == FLEXOS_DOMAIN_TCB) {
        return "TCB";
    }
    if (k == FLEXOS_DOMAIN_SHARED) {
        return "shared by all";
    }
    if (k < 0 || k >= FLEXOS_DOMAINS || !program->have_layout ||
        !program->layout.domains[k].name[0]) {
        return "?";
    }
    return program->layout.domains[k].name;
}

bool program_isolated(const struct program *program) {
    return program->have_layout && program->layout.mechanism != FLEXOS_MECHANISM_NONE;
}
