/* SPDX-License-Identifier: BSD-3-Clause */
/* Decodes the instruction that faulted; see access.h. */
#include "run/access.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

#define INSTRUCTION_MAX 15

static uint64_t register_value(const struct user_regs_struct *r, x86_reg name, uint64_t next) {
    switch (name) {
#define REGISTER(field, x64, x32)                                                                  \
    case X86_REG_##x64:                                                                            \
        return r->field;                                                                           \
    case X86_REG_##x32:                                                                            \
        return r->field & 0xffffffffu;
        REGISTER(rax, RAX, EAX)
        REGISTER(rbx, RBX, EBX)
        REGISTER(rcx, RCX, ECX)
        REGISTER(rdx, RDX, EDX)
        REGISTER(rsi, RSI, ESI)
        REGISTER(rdi, RDI, EDI)
        REGISTER(rbp, RBP, EBP)
        REGISTER(rsp, RSP, ESP)
        REGISTER(r8, R8, R8D)
        REGISTER(r9, R9, R9D)
        REGISTER(r10, R10, R10D)
        REGISTER(r11, R11, R11D)
        REGISTER(r12, R12, R12D)
        REGISTER(r13, R13, R13D)
        REGISTER(r14, R14, R14D)
        REGISTER(r15, R15, R15D)
#undef REGISTER
    case X86_REG_RIP:
        return next;
    default:
        return 0;
    }
}

static uint64_t operand_address(const struct user_regs_struct *r, const x86_op_mem *memory,
                                uint64_t next) {
    uint64_t address = (uint64_t)memory->disp;
    address += register_value(r, memory->base, next);
    address += register_value(r, memory->index, next) * (uint64_t)memory->scale;
    if (memory->segment == X86_REG_FS) {
        address += r->fs_base;
    } else if (memory->segment == X86_REG_GS) {
        address += r->gs_base;
    }
    return address;
}

static bool canonical(uint64_t address) {
    return address < UINT64_C(0x800000000000) || address >= UINT64_C(0xffff800000000000);
}

static enum access_kind kind_of(uint8_t access) {
    bool reads = access & CS_AC_READ, writes = access & CS_AC_WRITE;
    return reads && writes ? ACCESS_UPDATE
           : writes        ? ACCESS_WRITE
           : reads         ? ACCESS_READ
                           : ACCESS_UNKNOWN;
}

/* Instructions that use the stack without an operand for it. */
static void stack_access(struct access *access, const struct user_regs_struct *r, unsigned id) {
    bool push =
        id == X86_INS_CALL || id == X86_INS_PUSH || id == X86_INS_PUSHFQ || id == X86_INS_ENTER;
    bool pop = id == X86_INS_RET || id == X86_INS_POP || id == X86_INS_POPFQ ||
               id == X86_INS_LEAVE || id == X86_INS_IRETQ;
    if (!push && !pop) {
        return;
    }
    uint64_t address = push ? r->rsp - 8 : id == X86_INS_LEAVE ? r->rbp : r->rsp;
    bool fits = access->known_address ? access->address - address < 8 : !canonical(address);
    if (access->kind != ACCESS_UNKNOWN || !fits) {
        return;
    }
    access->kind = push ? ACCESS_WRITE : ACCESS_READ;
    access->address = address;
    access->known_address = true;
    access->size = 8;
}

static void from_instruction(struct access *access, const struct stopped *stopped,
                             const cs_insn *instruction) {
    const struct user_regs_struct *r = &stopped->registers;
    const cs_x86 *x86 = &instruction->detail->x86;
    uint64_t next = r->rip + instruction->size;

    snprintf(access->instruction, sizeof access->instruction, "%s%s%s", instruction->mnemonic,
             *instruction->op_str ? " " : "", instruction->op_str);
    for (uint8_t i = 0; i < instruction->detail->groups_count; i++) {
        if (instruction->detail->groups[i] == X86_GRP_PRIVILEGE) {
            access->privileged = true;
        }
    }
    if (instruction->id == X86_INS_LEA || instruction->id == X86_INS_NOP) {
        return;
    }
    for (uint8_t i = 0; i < x86->op_count; i++) {
        const cs_x86_op *operand = &x86->operands[i];
        if (operand->type != X86_OP_MEM) {
            continue;
        }
        uint64_t address = operand_address(r, &operand->mem, next);
        bool fits =
            access->known_address ? access->address - address < operand->size : !canonical(address);
        if (!fits) {
            continue;
        }
        access->kind = kind_of(operand->access);
        access->size = operand->size;
        if (!access->known_address) {
            access->address = address;
        }
        access->known_address = true;
        break;
    }
    stack_access(access, r, instruction->id);
}

void access_decode(struct access *access, const struct stopped *stopped, bool code) {
    *access = (struct access){0};
    bool paged = stopped->signal == SIGSEGV && stopped->info.si_code != SI_KERNEL;
    if (paged || stopped->signal == SIGBUS) {
        access->known_address = true;
        access->address = (uint64_t)(uintptr_t)stopped->info.si_addr;
    }
    if (!stopped->have_registers) {
        return;
    }
    uint64_t rip = stopped->registers.rip;
    if (!code && access->known_address && access->address - rip < INSTRUCTION_MAX) {
        access->kind = ACCESS_EXECUTE;
        return;
    }
    if (stopped->signal == SIGTRAP) {
        rip--; /* the processor has passed the breakpoint */
    } else if (stopped->signal == SIGSYS) {
        return;
    }

    uint8_t bytes[INSTRUCTION_MAX];
    size_t size = sizeof bytes;
    while (size && !stopped_read(stopped, rip, bytes, size)) {
        size--;
    }
    csh handle;
    if (!size || cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK) {
        return;
    }
    cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
    cs_insn *instruction;
    if (cs_disasm(handle, bytes, size, rip, 1, &instruction)) {
        from_instruction(access, stopped, instruction);
        cs_free(instruction, 1);
    }
    cs_close(&handle);
}

const char *system_call_name(int number) {
    static const char *const names[] = {
#define SYSTEM_CALL(number, name) [number] = #name,
#include "run/system-calls.def"
#undef SYSTEM_CALL
    };
    return number >= 0 && (size_t)number < sizeof names / sizeof *names ? names[number] : NULL;
}
