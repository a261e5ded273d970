/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos doctor: what this host can run, and why not. */
#include "doctor/doctor.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"

static const struct check {
    const char *key, *title;
    void (*run)(struct finding *finding);
} checks[] = {
    {"kernel", "kernel", check_kernel},
    {"protection-keys", "protection keys (intel-mpk)", check_keys},
    {"syscall-user-dispatch", "Syscall User Dispatch", check_dispatch},
    {"seccomp", "seccomp", check_seccomp},
    {"ptrace", "ptrace", check_ptrace},
    {"tun", "TAP networking", check_tun},
    {"namespaces", "user and network namespaces", check_namespaces},
    {"clang", "compiler", check_compiler},
    {"lld", "linker", check_linker},
    {"sources", "source packages", check_sources},
    {"qemu", "QEMU", check_qemu},
    {"emulated-machine", "emulated machine", check_machine},
    {"kvm", "KVM", check_kvm},
};
enum { CHECKS = sizeof checks / sizeof *checks };

static const struct finding *find(const struct finding *findings, const char *key) {
    for (size_t i = 0; i < CHECKS; i++) {
        if (strcmp(checks[i].key, key) == 0) {
            return &findings[i];
        }
    }
    abort();
}

struct answer { /* how a kind of image runs here */
    const char *mechanism, *how;
    bool possible;
};

static void answer(const struct finding *findings, struct answer answers[2]) {
    bool base = true;
    for (size_t i = 0; i < CHECKS; i++) {
        base = base && findings[i].verdict != MISSING;
    }
    bool keys = find(findings, "protection-keys")->verdict == GOOD;
    bool machine = find(findings, "qemu")->verdict == GOOD &&
                   find(findings, "emulated-machine")->verdict == GOOD;
    answers[0] = (struct answer){"none", base ? "natively" : "not on this host", base};
    answers[1] = (struct answer){"intel-mpk", "not on this host", base && (keys || machine)};
    if (answers[1].possible) {
        answers[1].how = keys ? "natively" : "in the emulated machine (slow; timings mean nothing)";
    }
}

static void print_text(const struct finding *findings, const struct answer answers[2]) {
    static const char *const plain[] = {"ok      ", "warning ", "missing ", "unused  "};
    static const char *const colour[] = {"\033[32mok\033[0m      ", "\033[33mwarning\033[0m ",
                                         "\033[31mmissing\033[0m ", "unused  "};
    const char *const *marks = isatty(1) ? colour : plain;
    for (size_t i = 0; i < CHECKS; i++) {
        const struct finding *f = &findings[i];
        printf("%s %-28s %s\n", marks[f->verdict], checks[i].title, f->detail);
        if (f->remedy[0] != '\0') {
            printf("%9s%-28s remedy: %s\n", "", "", f->remedy);
        }
    }
    putchar('\n');
    for (size_t i = 0; i < 2; i++) {
        printf("images with mechanism %-10s run %s\n", answers[i].mechanism, answers[i].how);
    }
}

static void print_json(const struct finding *findings, const struct answer answers[2]) {
    static const char *const words[] = {"ok", "warning", "missing", "unused"};
    cJSON *root = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(root, "checks");
    cJSON_AddNumberToObject(root, "version", 1);
    for (size_t i = 0; i < CHECKS; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "check", checks[i].key);
        cJSON_AddStringToObject(item, "verdict", words[findings[i].verdict]);
        cJSON_AddStringToObject(item, "detail", findings[i].detail);
        if (findings[i].remedy[0] != '\0') {
            cJSON_AddStringToObject(item, "remedy", findings[i].remedy);
        }
        cJSON_AddItemToArray(list, item);
    }
    cJSON *images = cJSON_AddArrayToObject(root, "images");
    for (size_t i = 0; i < 2; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "mechanism", answers[i].mechanism);
        cJSON_AddStringToObject(item, "platform", "linux");
        cJSON_AddBoolToObject(item, "possible", answers[i].possible);
        cJSON_AddStringToObject(item, "how", answers[i].how);
        cJSON_AddItemToArray(images, item);
    }
    char *text = cJSON_Print(root);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
}

/* For scripts: one check, one line, its verdict as the exit status. */
static int run_one(const struct check *check) {
    struct finding finding = {0};
    check->run(&finding);
    printf("%s: %s\n", check->title, finding.detail);
    return finding.verdict == GOOD ? EXIT_DONE : EXIT_FAILED;
}

int cmd_doctor(int argc, char **argv) {
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    for (size_t i = 0; argc == 2 && i < CHECKS; i++) {
        if (strcmp(argv[1], checks[i].key) == 0) {
            return run_one(&checks[i]);
        }
    }
    if (argc > 1 && !json) {
        fputs("usage: flexos doctor [--json | CHECK], where CHECK is one of", stderr);
        for (size_t i = 0; i < CHECKS; i++) {
            fprintf(stderr, " %s", checks[i].key);
        }
        fputs("\n", stderr);
        return EXIT_USAGE;
    }
    struct finding findings[CHECKS];
    struct answer answers[2];
    for (size_t i = 0; i < CHECKS; i++) {
        checks[i].run(&findings[i]);
    }
    answer(findings, answers);
    if (json) {
        print_json(findings, answers);
    } else {
        print_text(findings, answers);
    }
    return answers[0].possible ? EXIT_DONE : EXIT_FAILED;
}
