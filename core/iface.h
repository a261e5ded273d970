/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interface descriptors: what each pointer is that crosses a gate, and how a gate treats it.
 *
 * The link step writes the tables (section .rodata, so nobody can write them) from the annotations
 * of <flexos/interface.h>; a gate with `iface` >= 0 calls the four functions below, with that
 * number as `index`. All four run with the rights of the compartment they are called in, have no
 * data of their own, and use general registers only: vector registers pass through untouched
 * (compiled with -mgeneral-regs-only). They clobber what a C function may clobber, no more.
 *
 * What a gate does, step by step (addresses are 16-byte aligned):
 *
 *   caller  reserve flexos_iface_table[index].caller_frame bytes, a struct flexos_iface_frame,
 * which begins with struct flexos_regs (core/regs.h); fill in gpr[] and stack; n =
 * flexos_iface_enter(index, regs, from, to); lower the stack pointer by n before it is recorded
 * (the bounce area lies beside it, and a callback must not run there); pass on gpr[] and the stack
 * words as they are now switch callee  reserve flexos_iface_table[index].callee_frame bytes,
 * likewise; fill in gpr[] and the address of the copied stack words; flexos_iface_check(index,
 * regs, from, to) returns only if all is well; call the function with gpr[] and the words as they
 * are now; store rax and rdx in result[]; flexos_iface_result(index, regs, from, to) switch caller
 * store rax and rdx in result[] of the first frame; flexos_iface_leave(index, regs, from, to);
 * return result[]; drop the frame
 *
 * `from` and `to` must come from the gate, not from the other side.
 *
 * enter copies private buffers that are annotated to the bounce area: the shared half of the
 * caller's stack just below the frame. check refuses (flexos_trap) what the caller may not use and
 * takes private copies of everything whose content decides over lengths (strings up to 4 KiB,
 * length words, arrays of buffers), so that it cannot change afterwards. result hands the results
 * of those copies back. leave copies results to the caller's buffers and wipes the bounce area.
 */
#ifndef FLEXOS_CORE_IFACE_H
#define FLEXOS_CORE_IFACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/regs.h"

#define FLEXOS_IFACE_ARGS 6        /* integer argument registers */
#define FLEXOS_IFACE_PARAMS 12     /* described parameters of one function */
#define FLEXOS_IFACE_STRING 4096   /* strings up to this size, with the zero byte, are copied */
#define FLEXOS_IFACE_ELEMENTS 1024 /* elements of an array of buffers (IOV_MAX) */
#define FLEXOS_IFACE_STRUCT 256    /* bytes of a structure that contains pointers */
#define FLEXOS_IFACE_DEPTH 8       /* values at once in an expression */

/* Kinds of a parameter. */
enum {
    FLEXOS_IFACE_BUFFER = 1, /* length bytes, read or written as the flags say */
    FLEXOS_IFACE_STRINGZ,    /* up to and with the zero byte */
    FLEXOS_IFACE_HANDLE,     /* in private memory of the callee */
    FLEXOS_IFACE_CALLBACK,   /* an entry thunk that the caller may use */
    FLEXOS_IFACE_SHARED,     /* length bytes that caller and callee may use, never copied */
    FLEXOS_IFACE_OPAQUE,     /* not followed */
    FLEXOS_IFACE_VA_LIST,    /* leads to the caller's private stack: refused */
};

/* Flags of a parameter or member. */
enum {
    FLEXOS_IFACE_IN = 1,
    FLEXOS_IFACE_OUT = 2,
    FLEXOS_IFACE_NONNULL = 4,
    FLEXOS_IFACE_INFERRED = 8,  /* from the type alone: checked, never copied */
    FLEXOS_IFACE_PART = 16,     /* `lower` names the argument that may be lowered */
    FLEXOS_IFACE_WORD = 32,     /* decides over a length: the callee works on a private copy */
    FLEXOS_IFACE_BOUNDED = 128, /* OUT: only `written` bytes come back, the rest does not matter */
    FLEXOS_IFACE_SPREAD = 64,   /* elements: `written` is bytes over all buffers, in order */
};

/* Kinds of a result. */
enum {
    FLEXOS_IFACE_RESULT_NONE = 0, /* void, floating point, structure: nothing known */
    FLEXOS_IFACE_RESULT_INT,      /* a negative value is an error: nothing is copied back */
    FLEXOS_IFACE_RESULT_UNSIGNED,
    FLEXOS_IFACE_RESULT_INT32,
    FLEXOS_IFACE_RESULT_SHARED, /* the result is a pointer: to shared memory */
    FLEXOS_IFACE_RESULT_HANDLE, /* to private memory of the callee */
    FLEXOS_IFACE_RESULT_OWN,    /* to memory of the caller; -errno passes */
    FLEXOS_IFACE_RESULT_CALLBACK,
    FLEXOS_IFACE_RESULT_OPAQUE,
};

/* Expressions: postfix code in flexos_iface_code, one byte for each operation and operand; the
 * first byte of the code table is END, so expression 0 is "none". Values are unsigned 64 bit;
 * wrapping and negative operands make the whole expression invalid, which is a violation, except
 * that comparisons take signed values. */
enum {
    FLEXOS_IFACE_END = 0,
    FLEXOS_IFACE_CONSTANT, /* 4 bytes, little endian */
    FLEXOS_IFACE_ARGUMENT, /* place, type */
    FLEXOS_IFACE_LOAD,     /* place, type: what the pointer argument points to */
    FLEXOS_IFACE_MEMBER,   /* 2 bytes offset, type: a member of the structure at hand */
    FLEXOS_IFACE_RESULT,   /* type: what the function returned */
    FLEXOS_IFACE_ADD,
    FLEXOS_IFACE_SUB,
    FLEXOS_IFACE_MUL,
    FLEXOS_IFACE_EQ,
    FLEXOS_IFACE_NE,
    FLEXOS_IFACE_LT,
    FLEXOS_IFACE_LE,
    FLEXOS_IFACE_GT,
    FLEXOS_IFACE_GE,
    FLEXOS_IFACE_AND,
};

/* Types: bytes, and whether the value is signed. */
#define FLEXOS_IFACE_SIGNED 0x80

/* A pointer inside a structure. If stride is not 0 it points to an array of structures, each with
 * the one pointer that member `element` describes; `length` then is the size of that array. */
struct flexos_iface_member {
    uint32_t name;    /* offset in flexos_iface_text */
    uint16_t base;    /* offset of the pointer */
    uint16_t length;  /* expression: bytes */
    uint16_t stride;  /* bytes of an element */
    uint16_t element; /* index in flexos_iface_members */
    uint8_t flags, reserved[3];
};

struct flexos_iface_param {
    uint32_t name;    /* offset in flexos_iface_text */
    uint16_t length;  /* expression: bytes */
    uint16_t written; /* expression: bytes of an OUT buffer that were written; 0: all of it */
    uint16_t member;  /* index of the first member in flexos_iface_members */
    uint16_t stride;  /* not 0: an array of structures of this size, with one member each */
    uint8_t kind, flags;
    uint8_t place;   /* 0-5: integer register, 6 + n: stack word n */
    uint8_t members; /* pointers in the structure, or 1 with stride */
    uint8_t lower;   /* PART: place of the count */
    uint8_t lower_type;
    uint8_t reserved[2];
};

struct flexos_iface {
    uint32_t caller_frame, callee_frame; /* bytes, multiples of 16 */
    uint32_t name;                       /* of the function: offset in flexos_iface_text */
    uint32_t condition;                  /* expression, 0: none */
    uint16_t first;                      /* index in flexos_iface_params */
    uint8_t params;
    uint8_t result; /* FLEXOS_IFACE_RESULT_* */
    uint32_t reserved;
};

_Static_assert(sizeof(struct flexos_iface_member) == 16, "as the link step writes it");
_Static_assert(sizeof(struct flexos_iface_param) == 20, "as the link step writes it");
_Static_assert(sizeof(struct flexos_iface) == FLEXOS_IFACE_ENTRY, "as the link step writes it");

extern const struct flexos_iface flexos_iface_table[];
extern const struct flexos_iface_param flexos_iface_params[];
extern const struct flexos_iface_member flexos_iface_members[];
extern const uint8_t flexos_iface_code[];
extern const char flexos_iface_text[];

/* What the gate and the four functions share for the time of one call. Caller and callee have one
 * each, on their own stacks. `scratch` has the room that the table's frame sizes say. */
struct flexos_iface_frame {
    struct flexos_regs regs;     /* first: the gate's part */
    uint64_t bounce, bounce_end; /* caller: the area used, [bounce, bounce_end) */
    uint64_t floor;              /* caller: where the area must end */
    uint64_t used;               /* bytes of scratch in use */
    struct {
        uint64_t original; /* the pointer as it came */
        uint64_t copy;     /* what was passed on instead, 0: the original */
        uint64_t length;   /* bytes */
        uint64_t snapshot; /* of a structure with pointers: a private copy of it, in scratch */
    } param[FLEXOS_IFACE_PARAMS];
    uint64_t reserved[2];
    uint8_t scratch[];
};

_Static_assert(offsetof(struct flexos_iface_frame, scratch) % 16 == 0, "scratch is aligned");

/*
 * A violation stops the image at the trap instruction of this function (FLEXOS_TRAP_INTERFACE,
 * core/trap.h) with, in registers, what the report needs: rdi the function's name, rsi the
 * parameter's, rdx the offending value, rcx the length that belongs to it, r8 the rule that was
 * broken (three texts in constants), r9 from * 256 + to.
 */
_Noreturn void flexos_iface_refused(const char *function, const char *param, uint64_t value,
                                    uint64_t length, const char *rule, uint64_t sides);

#endif
