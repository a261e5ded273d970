/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/sections.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "util/str.h"

struct object {
    Elf *elf;
    size_t names; /* section that holds the names of sections */
    bool *global; /* by section: a global symbol lies in it */
    size_t sections;
    struct strbuf added; /* new names, appended to the old ones */
    size_t added_at;     /* offset of the first */
};

/* "src/thread/x86_64/clone.s" -> "src_thread_x86_64_clone" */
static char *file_tag(const struct input *input) {
    const char *dot = strrchr(input->name, '.');
    char *tag =
        xstrndup(input->name, dot != NULL ? (size_t)(dot - input->name) : strlen(input->name));
    for (char *p = tag; *p != '\0'; p++) {
        *p = isalnum((unsigned char)*p) ? *p : '_';
    }
    return tag;
}

static void find_global_sections(struct object *object) {
    Elf_Scn *scn = NULL;
    GElf_Shdr header;
    while ((scn = elf_nextscn(object->elf, scn)) != NULL) {
        if (gelf_getshdr(scn, &header) == NULL || header.sh_type != SHT_SYMTAB) {
            continue;
        }
        Elf_Data *data = elf_getdata(scn, NULL);
        for (int i = (int)header.sh_info; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Sym symbol;
            gelf_getsym(data, i, &symbol);
            if (symbol.st_shndx < object->sections) {
                object->global[symbol.st_shndx] = true;
            }
        }
    }
}

/* The new name of a section, or NULL when it keeps its own. */
static char *new_name(const struct object *object, size_t index, const char *name,
                      const GElf_Shdr *header, const char *tag, bool assembler) {
    static const char *const separate[] = {".text.", ".data.", ".bss.", ".rodata."};
    if ((header->sh_flags & SHF_ALLOC) == 0 || header->sh_size == 0 ||
        (header->sh_flags & SHF_MERGE) != 0) {
        return NULL;
    }
    if (strcmp(name, ".text") == 0) {
        return assembler ? xasprintf(".text.asm_%s", tag) : xasprintf(".text.%s", tag);
    }
    for (size_t i = 0; i < sizeof separate / sizeof *separate; i++) {
        if (!object->global[index] && str_starts(name, separate[i])) {
            return xasprintf("%s.%s", name, tag);
        }
    }
    return NULL;
}

static bool rename_sections(struct object *object, const char *tag, bool assembler) {
    bool changed = false;
    Elf_Scn *scn = NULL;
    GElf_Shdr header;
    while ((scn = elf_nextscn(object->elf, scn)) != NULL) {
        if (gelf_getshdr(scn, &header) == NULL) {
            continue;
        }
        const char *name = elf_strptr(object->elf, object->names, header.sh_name);
        char *renamed =
            name != NULL ? new_name(object, elf_ndxscn(scn), name, &header, tag, assembler) : NULL;
        if (renamed != NULL) {
            header.sh_name = (GElf_Word)(object->added_at + object->added.n);
            sb_add_n(&object->added, renamed, strlen(renamed) + 1);
            gelf_update_shdr(scn, &header);
            changed = true;
            free(renamed);
        }
    }
    return changed;
}

static int write_object(struct object *object) {
    Elf_Scn *scn = elf_getscn(object->elf, object->names);
    Elf_Data *data = scn != NULL ? elf_newdata(scn) : NULL;
    if (data == NULL) {
        return -1;
    }
    data->d_buf = object->added.s;
    data->d_size = object->added.n;
    data->d_align = 1;
    data->d_type = ELF_T_BYTE;
    return elf_update(object->elf, ELF_C_WRITE) < 0 ? -1 : 0;
}

int sections_separate(const char *path, const struct input *input) {
    struct object object = {0};
    GElf_Shdr names;
    int result = -1;
    elf_version(EV_CURRENT);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    object.elf = fd >= 0 ? elf_begin(fd, ELF_C_RDWR, NULL) : NULL;
    if (object.elf != NULL && elf_getshdrnum(object.elf, &object.sections) == 0 &&
        elf_getshdrstrndx(object.elf, &object.names) == 0 &&
        gelf_getshdr(elf_getscn(object.elf, object.names), &names) != NULL) {
        char *tag = file_tag(input);
        object.global = xcalloc(object.sections + 1, sizeof *object.global);
        object.added_at = names.sh_size;
        find_global_sections(&object);
        result = rename_sections(&object, tag, input->assembler) ? write_object(&object) : 0;
        free(tag);
        free(object.global);
    }
    if (result != 0) {
        diag_error(LOC_FILE(path), "the object cannot be rewritten: %s; it was made from %s",
                   fd < 0 ? strerror(errno) : elf_errmsg(-1), input->path);
    }
    elf_end(object.elf);
    sb_free(&object.added);
    if (fd >= 0) {
        close(fd);
    }
    return result;
}
