/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decodes code sections by capstone: see code.h. Unknown bytes count against the function, and so
 * do WRPKRU and RDPKRU, which capstone 4 does not know.
 */
#include "link/code.h"

#include "util/mem.h"

#include <capstone/capstone.h>
#include <string.h>

/* Places where data can lie: a constant in here that no relocation made may be a pointer. */
static bool may_be_address(uint64_t constant) {
    bool image = constant >= 0x400000 && constant < 0x4000000;
    bool arena = constant >= 0x100000000000 && constant < 0x110000000000;
    return image || arena;
}

static bool relocated(const struct section *section, uint64_t from, uint64_t to) {
    for (size_t i = 0; i < section->relocation_count; i++)
        if (section->relocations[i].r_offset >= from && section->relocations[i].r_offset < to)
            return true;
    return false;
}

static unsigned instruction_kind(unsigned id) {
    switch (id) {
    case X86_INS_SYSCALL:
    case X86_INS_SYSENTER:
    case X86_INS_SYSRET:
    case X86_INS_SYSEXIT:
    case X86_INS_INT:
    case X86_INS_INT1:
    case X86_INS_IN:
    case X86_INS_INSB:
    case X86_INS_INSD:
    case X86_INS_INSW:
    case X86_INS_OUT:
    case X86_INS_OUTSB:
    case X86_INS_OUTSD:
    case X86_INS_OUTSW:
    case X86_INS_XRSTOR:
    case X86_INS_XRSTOR64:
    case X86_INS_XRSTORS:
    case X86_INS_XRSTORS64:
    case X86_INS_XSETBV:
    case X86_INS_HLT:
    case X86_INS_CLI:
    case X86_INS_STI:
    case X86_INS_LGDT:
    case X86_INS_LIDT:
    case X86_INS_LLDT:
    case X86_INS_LTR:
    case X86_INS_WRMSR:
    case X86_INS_RDMSR:
        return CODE_SYSTEM;
    case X86_INS_RDFSBASE:
    case X86_INS_WRFSBASE:
    case X86_INS_RDGSBASE:
    case X86_INS_WRGSBASE:
    case X86_INS_SWAPGS:
    case X86_INS_LFS:
    case X86_INS_LGS:
        return CODE_THREAD;
    default:
        return 0;
    }
}

static unsigned vector_facts(const cs_insn *insn) {
    unsigned facts = 0;
    for (uint8_t i = 0; i < insn->detail->groups_count; i++) {
        uint8_t group = insn->detail->groups[i];
        if (group == X86_GRP_AVX || group == X86_GRP_AVX2 || group == X86_GRP_FMA)
            facts |= CODE_AVX;
        else if (group == X86_GRP_AVX512 || group == X86_GRP_CDI || group == X86_GRP_DQI ||
                 group == X86_GRP_BWI || group == X86_GRP_VLX)
            facts |= CODE_AVX | CODE_AVX512;
    }
    return facts;
}

static unsigned memory_facts(const struct section *section, const cs_insn *insn,
                             const x86_op_mem *mem) {
    unsigned facts = 0;
    if (mem->segment == X86_REG_FS || mem->segment == X86_REG_GS)
        facts |= CODE_THREAD;
    bool bare = mem->base == X86_REG_INVALID && mem->index == X86_REG_INVALID;
    bool has = relocated(section, insn->address, insn->address + insn->size);
    /* lea of a small constant is arithmetic; a bare displacement elsewhere is an address */
    if (bare && !has && insn->id != X86_INS_NOP && insn->id != X86_INS_LEA)
        facts |= CODE_ABSOLUTE;
    if (bare && !has && insn->id == X86_INS_LEA && may_be_address((uint64_t)mem->disp))
        facts |= CODE_ABSOLUTE;
    if (!bare && mem->base != X86_REG_RIP && !has && may_be_address((uint64_t)mem->disp))
        facts |= CODE_ABSOLUTE; /* disp32(%reg) into the image */
    if (mem->base == X86_REG_RIP && !has && insn->id != X86_INS_NOP) {
        uint64_t target = insn->address + insn->size + (uint64_t)mem->disp;
        if (target >= section->header->sh_size)
            facts |= CODE_ABSOLUTE;
    }
    return facts;
}

static unsigned operand_facts(const struct section *section, const cs_insn *insn) {
    const cs_x86 *x86 = &insn->detail->x86;
    unsigned facts = 0;
    for (uint8_t i = 0; i < x86->op_count; i++) {
        const cs_x86_op *op = &x86->operands[i];
        if (op->type == X86_OP_MEM)
            facts |= memory_facts(section, insn, &op->mem);
        else if (op->type == X86_OP_REG && (op->reg == X86_REG_FS || op->reg == X86_REG_GS))
            facts |= CODE_THREAD;
        else if (op->type == X86_OP_IMM && insn->detail->groups_count &&
                 cs_insn_group(0, insn, X86_GRP_BRANCH_RELATIVE)) {
            bool has = relocated(section, insn->address, insn->address + insn->size);
            if (!has && (uint64_t)op->imm >= section->header->sh_size)
                facts |= CODE_ABSOLUTE;
        } else if (op->type == X86_OP_IMM &&
                   (insn->id == X86_INS_MOV || insn->id == X86_INS_MOVABS ||
                    insn->id == X86_INS_PUSH) &&
                   may_be_address((uint64_t)op->imm) &&
                   !relocated(section, insn->address, insn->address + insn->size))
            facts |= CODE_ABSOLUTE;
    }
    return facts;
}

/* One run of instructions that must end exactly at END. */
static unsigned run_facts(csh handle, cs_insn *insn, const struct section *section, uint64_t start,
                          uint64_t end, uint64_t *where) {
    const uint8_t *code = section->bytes + start;
    size_t left = end - start;
    uint64_t address = start;
    unsigned facts = 0;
    while (left) {
        uint64_t at = address;
        unsigned found = CODE_UNDECODED;
        bool decoded = cs_disasm_iter(handle, &code, &left, &address, insn);
        if (decoded)
            found = instruction_kind(insn->id) | operand_facts(section, insn) | vector_facts(insn);
        if ((found & CODE_STATEFUL) && !(facts & CODE_STATEFUL))
            *where = at;
        facts |= found;
        if (!decoded)
            break;
    }
    return facts;
}

static csh decoder(void) {
    static csh handle;
    if (!handle && cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK)
        cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
    return handle;
}

unsigned code_facts(const struct object *object, size_t index, uint64_t *where) {
    const struct section *section = &object->sections[index];
    csh handle = decoder();
    *where = 0;
    if (!section->bytes || !section->header->sh_size)
        return 0;
    if (!handle)
        return CODE_UNDECODED;
    cs_insn *insn = cs_malloc(handle);
    uint64_t size = section->header->sh_size, start = 0;
    unsigned facts = 0;
    for (size_t i = 0; i < object->function_count && start < size; i++) {
        const Elf64_Sym *symbol = &object->symbols[object->functions[i]];
        if (symbol->st_shndx != index || symbol->st_value <= start || symbol->st_value >= size)
            continue;
        uint64_t at = 0;
        unsigned found = run_facts(handle, insn, section, start, symbol->st_value, &at);
        if ((found & CODE_STATEFUL) && !(facts & CODE_STATEFUL))
            *where = at;
        facts |= found;
        start = symbol->st_value;
    }
    uint64_t at = 0;
    unsigned found = run_facts(handle, insn, section, start, size, &at);
    if ((found & CODE_STATEFUL) && !(facts & CODE_STATEFUL))
        *where = at;
    cs_free(insn, 1);
    return facts | found;
}

const char *code_fact_text(unsigned facts) {
    return facts & CODE_SYSTEM      ? "system, port or PKRU instruction"
           : facts & CODE_THREAD    ? "%fs or %gs"
           : facts & CODE_ABSOLUTE  ? "an absolute address"
           : facts & CODE_UNDECODED ? "bytes that do not decode"
                                    : "nothing";
}
