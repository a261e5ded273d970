/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/scan.h"

#include <capstone/capstone.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "diag/diag.h"
#include "util/file.h"
#include "util/str.h"

struct scan {
    csh capstone;
    cs_insn *insn;
    struct strbuf notes;
    int avx;
};

static void note(struct scan *scan, const char *what, const char *section, size_t offset) {
    sb_printf(&scan->notes, "%s %s %zu\n", what, section, offset);
}

/* An instruction that touches a vector register: which extension its encoding belongs to. */
static int avx_level(const uint8_t *bytes, size_t size) {
    size_t i = 0;
    while (i < size && (bytes[i] == 0x66 || bytes[i] == 0x67 || bytes[i] == 0x2e ||
                        bytes[i] == 0x3e || bytes[i] == 0xf2 || bytes[i] == 0xf3)) {
        i++;
    }
    if (i >= size) {
        return 0;
    }
    return bytes[i] == 0x62 ? 2 : bytes[i] == 0xc4 || bytes[i] == 0xc5 ? 1 : 0;
}

static void look(struct scan *scan, const char *section, const cs_insn *insn) {
    const cs_x86 *x86 = &insn->detail->x86;
    int level = avx_level(insn->bytes, insn->size);
    scan->avx = level > scan->avx ? level : scan->avx;
    if (insn->id == X86_INS_SYSCALL || insn->id == X86_INS_SYSENTER ||
        (insn->id == X86_INS_INT && x86->op_count == 1 && x86->operands[0].imm == 0x80)) {
        note(scan, "system-call", section, insn->address);
    }
    for (int i = 0; i < x86->op_count; i++) {
        const cs_x86_op *op = &x86->operands[i];
        if (op->type == X86_OP_MEM &&
            (op->mem.segment == X86_REG_FS || op->mem.segment == X86_REG_GS)) {
            note(scan, "fs", section, insn->address);
        }
    }
}

/* Instruction by instruction; a byte that is none is stepped over. */
static void decode(struct scan *scan, const char *section, const uint8_t *code, size_t size) {
    uint64_t address = 0;
    while (size > 0) {
        if (cs_disasm_iter(scan->capstone, &code, &size, &address, scan->insn)) {
            look(scan, section, scan->insn);
        } else {
            code++, size--, address++;
        }
    }
}

/* Jumps into the middle of instructions reach any offset, so bytes count, not instructions. */
static void find_bytes(struct scan *scan, const char *section, const uint8_t *code, size_t size) {
    for (size_t i = 0; i + 2 < size; i++) {
        if (code[i] != 0x0f) {
            continue;
        }
        unsigned reg = code[i + 2] >> 3 & 7, mod = code[i + 2] >> 6;
        if (code[i + 1] == 0x01 && code[i + 2] == 0xef) {
            note(scan, "wrpkru", section, i);
        } else if (code[i + 1] == 0xae && reg == 5 && mod != 3) {
            note(scan, "xrstor", section, i);
        } else if (code[i + 1] == 0xc7 && reg == 3 && mod != 3) {
            note(scan, "xrstor", section, i);
        }
    }
}

static int scan_sections(struct scan *scan, Elf *elf) {
    size_t names;
    Elf_Scn *scn = NULL;
    if (elf_getshdrstrndx(elf, &names) != 0) {
        return -1;
    }
    while ((scn = elf_nextscn(elf, scn)) != NULL) {
        GElf_Shdr header;
        Elf_Data *data;
        if (gelf_getshdr(scn, &header) == NULL || header.sh_type != SHT_PROGBITS ||
            (header.sh_flags & SHF_EXECINSTR) == 0 || (data = elf_getdata(scn, NULL)) == NULL) {
            continue;
        }
        const char *name = elf_strptr(elf, names, header.sh_name);
        decode(scan, name != NULL ? name : "?", data->d_buf, data->d_size);
        find_bytes(scan, name != NULL ? name : "?", data->d_buf, data->d_size);
    }
    return 0;
}

int scan_object(const char *object, const char *notes) {
    struct scan scan = {0};
    int result = -1;
    elf_version(EV_CURRENT);
    int fd = open(object, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
    if (elf != NULL && cs_open(CS_ARCH_X86, CS_MODE_64, &scan.capstone) == CS_ERR_OK) {
        cs_option(scan.capstone, CS_OPT_DETAIL, CS_OPT_ON);
        scan.insn = cs_malloc(scan.capstone);
        result = scan_sections(&scan, elf);
        cs_free(scan.insn, 1);
        cs_close(&scan.capstone);
    }
    if (result == 0) {
        char *text = xasprintf("avx %d\n%s", scan.avx, scan.notes.s != NULL ? scan.notes.s : "");
        result = file_write(notes, text, strlen(text));
        free(text);
    }
    if (result != 0) {
        diag_error(LOC_FILE(object), "the code cannot be scanned for special instructions");
    }
    sb_free(&scan.notes);
    elf_end(elf);
    if (fd >= 0) {
        close(fd);
    }
    return result;
}
