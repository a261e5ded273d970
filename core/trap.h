/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reasons for which the TCB stops the image. A failed check executes `ud2`; the five bytes behind
 * it are 'F' 'x', the reason, the compartment from which the crossing came and the one to which it
 * went (255: not known here). Reason 10 has no ud2: it is a SIGBUS at the compare behind a PKRU
 * write, in a __flexos_body_*. The fault report (platforms/linux/host) finds them at RIP + 2.
 */
#ifndef FLEXOS_CORE_TRAP_H
#define FLEXOS_CORE_TRAP_H

/* X(number, NAME, what the report says) */
#define FLEXOS_TRAPS(X)                                                                            \
    X(1, CALL_PKRU,                                                                                \
      "PKRU did not have the callee's value after the write of a call gate: "                      \
      "somebody jumped to the write")                                                              \
    X(2, CALL_SECRET,                                                                              \
      "a call gate was entered without the call secret of its pair: "                              \
      "the caller is not the compartment that it claims to be")                                    \
    X(3, CALL_INDEX, "a call gate was entered with a function number that it does not have")       \
    X(4, THUNK_HOME, "a call gate was entered with an entry thunk of another compartment")         \
    X(5, THUNK_USER, "a compartment called an entry thunk that it may not use")                    \
    X(6, RETURN_PKRU,                                                                              \
      "PKRU did not have the caller's value after the write of a return gate: "                    \
      "somebody jumped to the write")                                                              \
    X(7, RETURN_SECRET, "a return gate was used without the return secret of its pair")            \
    X(8, RETURN_RECORD, "a compartment returned that had not been called last")                    \
    X(9, STACK, "there is no stack for this thread in the called compartment")                     \
    X(10, ALIGNMENT_FLAG, "a crossing with the alignment-check flag set")                          \
    X(11, LONGJMP_OWNER, "longjmp with a buffer that another compartment or thread filled")        \
    X(12, LONGJMP_CHAIN, "longjmp to a frame that is not alive")                                   \
    X(13, INTERFACE, "an argument or result broke the rules of the interface")                     \
    X(14, ASSERT, "a broken invariant of the trusted computing base")                              \
    X(15, THREAD_RETURNED, "the first function of a thread returned")                              \
    X(16, THUNK_CALLER, "an entry thunk was called with a PKRU of no compartment")

#define FLEXOS_TRAP_MAGIC_0 'F'
#define FLEXOS_TRAP_MAGIC_1 'x'
#define FLEXOS_TRAP_NONE 255

#ifndef __ASSEMBLER__
enum flexos_trap {
#define FLEXOS_TRAP_NAME(number, name, text) FLEXOS_TRAP_##name = number,
    FLEXOS_TRAPS(FLEXOS_TRAP_NAME)
#undef FLEXOS_TRAP_NAME
};

/* Stops the image from C, in code that runs with the rights of any compartment. */
#define FLEXOS_STOP(reason)                                                                        \
    do {                                                                                           \
        __asm__ volatile("ud2\n\t.byte 'F', 'x', %c0, 255, 255" ::"i"(reason));                    \
        __builtin_unreachable();                                                                   \
    } while (0)
#endif

#endif
