/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What this host can run, found out by trying it, never by reading a flag alone. Each check fills
 * in a finding; one that is not good says why and what mends it.
 */
#ifndef FLEXOS_TOOL_DOCTOR_H
#define FLEXOS_TOOL_DOCTOR_H

enum verdict {
    GOOD,
    WANTED,  /* something works worse, or one way of running does not work */
    MISSING, /* images can be neither built nor run without it */
    UNUSED,  /* there or not: this version does not use it */
};

struct finding {
    enum verdict verdict;
    char detail[160]; /* what was found */
    char remedy[160]; /* empty when good */
};

void finding_set(struct finding *finding, enum verdict verdict, const char *remedy,
                 const char *detail, ...) __attribute__((format(printf, 4, 5)));

/* The kernel and the processor (doctor/host.c). */
void check_keys(struct finding *finding);
void check_kernel(struct finding *finding);
void check_dispatch(struct finding *finding);
void check_seccomp(struct finding *finding);
void check_ptrace(struct finding *finding);
void check_namespaces(struct finding *finding);
void check_tun(struct finding *finding);
void check_kvm(struct finding *finding);

/* Programs and packages (doctor/programs.c). */
void check_compiler(struct finding *finding);
void check_linker(struct finding *finding);
void check_sources(struct finding *finding);
void check_qemu(struct finding *finding);
void check_machine(struct finding *finding);

#endif
