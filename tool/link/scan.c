/* SPDX-License-Identifier: BSD-3-Clause */
/* The scan of the final bytes: see scan.h. */
#include "link/scan.h"

#include "diag/diag.h"
#include "link/steps.h"
#include "util/file.h"
#include "util/str.h"

#include <capstone/capstone.h>
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct image {
    struct linker *linker;
    const unsigned char *bytes;
    size_t size;
    const Elf64_Sym *symbols;
    size_t symbol_count;
    const char *strings;
    VEC(const Elf64_Sym *) functions; /* by address */
    uint64_t trusted[2][2];           /* code of the TCB, code of the gates */
    csh decoder;
    cs_insn *insn;
    struct scan *scan;
    bool failed, accident;
};

static uint64_t value_of(const struct image *image, const char *name) {
    for (size_t i = 1; i < image->symbol_count; i++)
        if (image->symbols[i].st_shndx != SHN_UNDEF &&
            strcmp(image->strings + image->symbols[i].st_name, name) == 0)
            return image->symbols[i].st_value;
    return 0;
}

static int compare_symbols(const void *a, const void *b) {
    const Elf64_Sym *x = *(const Elf64_Sym *const *)a, *y = *(const Elf64_Sym *const *)b;
    if (x->st_value != y->st_value)
        return x->st_value < y->st_value ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void read_symbols(struct image *image) {
    const Elf64_Ehdr *header = (const void *)image->bytes;
    const Elf64_Shdr *sections = (const void *)(image->bytes + header->e_shoff);
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB)
            continue;
        image->symbols = (const void *)(image->bytes + sections[i].sh_offset);
        image->symbol_count = sections[i].sh_size / sizeof(Elf64_Sym);
        image->strings = (const char *)image->bytes + sections[sections[i].sh_link].sh_offset;
    }
    for (size_t i = 1; i < image->symbol_count; i++) {
        const Elf64_Sym *symbol = &image->symbols[i];
        int type = ELF64_ST_TYPE(symbol->st_info);
        bool code = symbol->st_shndx && symbol->st_shndx < header->e_shnum &&
                    (sections[symbol->st_shndx].sh_flags & SHF_EXECINSTR);
        const char *name = image->strings + symbol->st_name;
        if (code && (type == STT_FUNC || type == STT_NOTYPE) &&
            !str_starts(name, "__flexos_text_") && !str_starts(name, "flexos$"))
            vec_push(&image->functions, symbol);
    }
    if (image->functions.n)
        qsort(image->functions.v, image->functions.n, sizeof *image->functions.v, compare_symbols);
}

/* The last symbol at or before an address, NULL when there is none. */
static const Elf64_Sym *symbol_at(const struct image *image, uint64_t address) {
    size_t low = 0, high = image->functions.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (image->functions.v[middle]->st_value <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? image->functions.v[low - 1] : NULL;
}

static struct scan_site site_at(const struct image *image, uint64_t address) {
    const Elf64_Sym *symbol = symbol_at(image, address);
    struct scan_site site = {.address = address, .symbol = ""};
    if (symbol) {
        site.symbol = arena_strdup(&image->linker->arena, image->strings + symbol->st_name);
        site.offset = address - symbol->st_value;
    }
    return site;
}

/* The library that has code of this name, for messages. */
static const char *library_of(const struct linker *linker, const char *name) {
    for (size_t i = 0; i < linker->library_count; i++) {
        const struct object *object = &linker->libraries[i].object;
        for (size_t k = 0; k < object->function_count; k++) {
            const char *own = symbol_name(object, object->functions[k]);
            size_t n = strlen(own);
            if (strncmp(own, name, n) == 0 && (name[n] == 0 || name[n] == '$'))
                return linker->libraries[i].name;
        }
    }
    return "(generated code)";
}

static bool is_trusted(const struct image *image, uint64_t address) {
    for (int i = 0; i < 2; i++)
        if (address >= image->trusted[i][0] && address < image->trusted[i][1])
            return true;
    return false;
}

static void forbid(struct image *image, uint64_t address, const char *what, const char *remedy) {
    struct scan_site site = site_at(image, address);
    diag_error(
        LOC_NONE,
        "library %s: %s+%" PRIu64 " (address 0x%" PRIx64 ") contains %s, which only the trusted "
        "base may; %s",
        library_of(image->linker, site.symbol), site.symbol, site.offset, address, what, remedy);
    image->failed = true;
}

/* Whether an instruction starts at an address, decoding from the symbol before it. */
static bool is_instruction(struct image *image, uint64_t address, const unsigned char *bytes,
                           uint64_t start) {
    const Elf64_Sym *symbol = symbol_at(image, address);
    uint64_t at = symbol && symbol->st_value >= start ? symbol->st_value : start;
    while (at < address) {
        const uint8_t *code = bytes + (at - start);
        size_t left = 16;
        uint64_t next = at;
        /* capstone 4 does not know RDPKRU and WRPKRU */
        if (code[0] == 0x0f && code[1] == 0x01 && (code[2] == 0xee || code[2] == 0xef))
            next = at + 3;
        else if (!cs_disasm_iter(image->decoder, &code, &left, &next, image->insn))
            return true; /* unknown bytes: assume the worst */
        at = next;
    }
    return at == address;
}

static void system_call(struct image *image, uint64_t address, const unsigned char *bytes,
                        uint64_t start) {
    if (!is_instruction(image, address, bytes, start)) {
        image->scan->accidental++;
    } else if (is_trusted(image, address) || !image->linker->isolated) {
        vec_push(&image->scan->system_calls, site_at(image, address));
    } else {
        forbid(
            image, address, "a system call instruction",
            "call the C function of the library that provides the service, or leave the file out");
    }
}

static void pkru_write(struct image *image, uint64_t address, const char *what,
                       const unsigned char *bytes, uint64_t start) {
    if (!image->linker->isolated) { /* nothing is enforced by PKRU */
        if (is_instruction(image, address, bytes, start))
            vec_push(&image->scan->pkru_writes, site_at(image, address));
        return;
    }
    bool accident = !is_instruction(image, address, bytes, start);
    if (accident && image->linker->shift < LINK_SHIFTS)
        image->accident = true; /* an address that code contains: it will be another one elsewhere */
    else if (!is_trusted(image, address))
        forbid(
            image, address, what,
            "compile the file with other options so that the bytes do not occur, or leave it out");
    else if (accident)
        forbid(image, address,
               arena_printf(&image->linker->arena, "%s inside another instruction", what),
               "no check follows it there: change the code of the trusted base");
    else
        vec_push(&image->scan->pkru_writes, site_at(image, address));
}

static void scan_code(struct image *image, const unsigned char *bytes, size_t size,
                      uint64_t start) {
    for (size_t i = 0; i + 1 < size; i++) {
        if (bytes[i] == 0xcd && bytes[i + 1] == 0x80)
            system_call(image, start + i, bytes, start);
        if (bytes[i] != 0x0f)
            continue;
        if (bytes[i + 1] == 0x05 || bytes[i + 1] == 0x34)
            system_call(image, start + i, bytes, start);
        if (i + 2 >= size)
            continue;
        unsigned char third = bytes[i + 2];
        if (bytes[i + 1] == 0x01 && third == 0xef)
            pkru_write(image, start + i, "WRPKRU", bytes, start);
        if (bytes[i + 1] == 0xae && (third >> 3 & 7) == 5 && third >> 6 != 3)
            pkru_write(image, start + i, "XRSTOR", bytes, start);
    }
}

static int scan_segments(struct image *image) {
    const Elf64_Ehdr *header = (const void *)image->bytes;
    const Elf64_Phdr *segments = (const void *)(image->bytes + header->e_phoff);
    for (size_t i = 0; i < header->e_phnum; i++) {
        const Elf64_Phdr *s = &segments[i];
        if (s->p_type != PT_LOAD)
            continue;
        if ((s->p_flags & PF_X) && (s->p_flags & PF_W)) {
            diag_error(LOC_FILE(image->linker->out),
                       "the segment at 0x%" PRIx64 " is writable and executable; a library has a "
                       "section with both flags: give it one",
                       (uint64_t)s->p_vaddr);
            return -1;
        }
        if (s->p_flags & PF_X)
            scan_code(image, image->bytes + s->p_offset, s->p_filesz, s->p_vaddr);
    }
    return image->failed ? -1 : image->accident ? SCAN_AGAIN : 0;
}

static void measure(struct image *image) {
    struct linker *linker = image->linker;
    for (size_t i = 0; i < linker->instance_count; i++) {
        const struct instance *instance = linker->instances[i];
        const struct object *object = &instance->library->object;
        for (size_t k = 1; k < object->section_count; k++)
            if (instance->live[k] && section_is_code(&object->sections[k]))
                image->scan->text_bytes[instance->domain] += object->sections[k].header->sh_size;
    }
    if (linker->isolated)
        image->scan->text_bytes[0] = image->trusted[0][1] - image->trusted[0][0] +
                                     image->trusted[1][1] - image->trusted[1][0];
    for (unsigned k = 0; k < DOMAIN_COUNT; k++) {
        char start[48], end[48];
        snprintf(start, sizeof start, "__flexos_data_%u_start", k);
        snprintf(end, sizeof end, "__flexos_data_%u_end", k);
        image->scan->data_bytes[k] = value_of(image, end) - value_of(image, start);
    }
}

int scan_image(struct linker *linker, const char *path, struct scan *scan) {
    *scan = (struct scan){0};
    char *bytes;
    size_t size;
    int error = file_read(path, 0, &bytes, &size);
    if (error) {
        diag_error(LOC_FILE(path), "cannot read the linked image: %s", strerror(-error));
        return -1;
    }
    struct image image = {
        .linker = linker, .bytes = (const unsigned char *)bytes, .size = size, .scan = scan};
    int result = -1;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &image.decoder) == CS_ERR_OK) {
        image.insn = cs_malloc(image.decoder);
        read_symbols(&image);
        if (linker->isolated) {
            image.trusted[0][0] = value_of(&image, "__flexos_text_0_start");
            image.trusted[0][1] = value_of(&image, "__flexos_text_0_end");
            image.trusted[1][0] = value_of(&image, "__flexos_text_gates_start");
            image.trusted[1][1] = value_of(&image, "__flexos_text_gates_end");
        }
        result = scan_segments(&image);
        measure(&image);
        cs_free(image.insn, 1);
        cs_close(&image.decoder);
    }
    vec_free(&image.functions);
    free(bytes);
    return result;
}

void scan_free(struct scan *scan) {
    vec_free(&scan->pkru_writes);
    vec_free(&scan->system_calls);
}
