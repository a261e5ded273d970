/* SPDX-License-Identifier: BSD-3-Clause */
/* Unit tests of tool/util, tool/diag and the values of tool/yaml. Prints TAP. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/diag.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/map.h"
#include "util/process.h"
#include "util/str.h"
#include "yaml/read.h"

static unsigned count, failed;

static void check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void check(bool good, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    printf("%s %u - ", good ? "ok" : "not ok", ++count);
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
    failed += !good;
}

static void test_memory(void) {
    struct arena arena = {0};
    char *zeroed = arena_alloc(&arena, 100);
    bool zero = true;
    for (int i = 0; i < 100; i++) {
        zero = zero && zeroed[i] == 0;
    }
    check(zero, "arena memory is zeroed");
    check((uintptr_t)arena_alloc(&arena, 1) % sizeof(max_align_t) == 0, "arena alignment");
    char *large = arena_alloc(&arena, 1 << 20);
    memset(large, 1, 1 << 20);
    check(strcmp(arena_printf(&arena, "%d-%s", 5, "x"), "5-x") == 0, "arena_printf");
    check(strcmp(arena_strndup(&arena, "abcdef", 3), "abc") == 0, "arena_strndup");
    arena_free(&arena);
    check(arena.blocks == NULL, "arena is empty after arena_free");

    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++) {
        vec_push(&numbers, i);
    }
    check(numbers.n == 1000 && numbers.v[999] == 999, "an array grows");
    vec_free(&numbers);
    check(numbers.n == 0 && numbers.v == NULL, "an array is empty after vec_free");
}

static void test_strings(void) {
    struct strbuf sb = {0};
    for (int i = 0; i < 1000; i++) {
        sb_printf(&sb, "%d,", i % 10);
    }
    sb_add(&sb, "end");
    check(sb.n == 2003 && str_ends(sb.s, "9,end"), "a buffer grows");
    char *text = sb_take(&sb);
    check(sb.s == NULL && strlen(text) == 2003, "sb_take empties the buffer");
    free(text);
    text = sb_take(&sb);
    check(*text == '\0', "an empty buffer is an empty string");
    free(text);
    check(str_starts("libredis", "lib") && !str_starts("li", "lib"), "str_starts");
    check(str_ends("a.yaml", ".yaml") && !str_ends("yaml", ".yaml"), "str_ends");
    check(str_glob("sys_*", "sys_read") && !str_glob("sys_*", "read"), "str_glob");
}

static void test_map(void) {
    struct map map = {0};
    struct arena arena = {0};
    bool good = true;
    check(map_get(&map, "x") == NULL, "an empty map");
    for (uintptr_t i = 0; i < 5000; i++) {
        *map_put(&map, arena_printf(&arena, "key%lu", (unsigned long)i)) = (void *)(i + 1);
    }
    for (uintptr_t i = 0; i < 5000; i++) {
        good = good &&
               map_get(&map, arena_printf(&arena, "key%lu", (unsigned long)i)) == (void *)(i + 1);
    }
    check(good && map.n == 5000, "5000 keys are found again");
    check(strcmp(map.entries[77].key, "key77") == 0, "insertion order is kept");
    *map_put(&map, "key77") = &map;
    check(map.n == 5000 && map_get(&map, "key77") == &map, "a key is put once");
    check(map_get(&map, "key5000") == NULL, "an absent key");
    map_free(&map);
    arena_free(&arena);
}

static void test_hash(void) {
    struct hash hash;
    char hex[HASH_HEX], other[HASH_HEX];
    hash_init(&hash);
    hash_add(&hash, "abc", 3);
    hash_hex(&hash, hex);
    check(strcmp(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0,
          "SHA-256 of abc");
    hash_init(&hash);
    hash_add_string(&hash, "ab");
    hash_add_string(&hash, "c");
    hash_hex(&hash, hex);
    hash_init(&hash);
    hash_add_string(&hash, "a");
    hash_add_string(&hash, "bc");
    hash_hex(&hash, other);
    check(strcmp(hex, other) != 0, "strings are told apart by their lengths");
    check(hash_add_file(&hash, "nowhere") == -ENOENT, "a missing file");
}

static void free_all(struct strings *list) {
    for (size_t i = 0; i < list->n; i++) {
        free((char *)list->v[i]);
    }
    vec_free(list);
}

static void expect_glob(const char *pattern, const char *expected) {
    struct strings found = {0};
    struct strbuf sb = {0};
    int error = file_glob("tree", pattern, &found);
    for (size_t i = 0; i < found.n; i++) {
        sb_printf(&sb, "%s%s", i == 0 ? "" : " ", found.v[i]);
    }
    char *text = sb_take(&sb);
    check(error == 0 && strcmp(text, expected) == 0, "glob %s: %s", pattern, text);
    free(text);
    free_all(&found);
}

static void test_files(void) {
    char *text;
    size_t size;
    check(file_make_directories("tree/a/b") == 0 && file_is_directory("tree/a/b"), "mkdir -p");
    check(file_make_directories("tree/a/b") == 0, "mkdir -p again");
    check(file_write("tree/one.c", "text", 4) == 0 &&
              file_read("tree/one.c", 0, &text, &size) == 0 && size == 4 &&
              strcmp(text, "text") == 0,
          "write and read");
    free(text);
    check(file_read("tree/one.c", 3, &text, &size) == -EFBIG, "a limit");
    check(file_read("tree", 0, &text, &size) == -EISDIR, "a folder is no file");
    check(file_read("tree/none", 0, &text, &size) == -ENOENT, "a missing file");
    check(file_write("tree/none/x", "", 0) == -ENOENT, "a missing folder");
    check(file_make_directories("tree/one.c/x") != 0, "a file is no folder");
    chmod("tree/one.c", 0755);
    struct stat st;
    check(file_copy("tree/one.c", "tree/a/two.c") == 0 && stat("tree/a/two.c", &st) == 0 &&
              (st.st_mode & 0777) == 0755,
          "a copy keeps the mode");
    file_write("tree/a/b/three.c", "", 0);
    file_write("tree/a/b/three.h", "", 0);
    expect_glob("*.c", "tree/one.c");
    expect_glob("*/*.c", "tree/a/two.c");
    expect_glob("**/*.c", "tree/a/b/three.c tree/a/two.c tree/one.c");
    expect_glob("a/b/*", "tree/a/b/three.c tree/a/b/three.h");
    expect_glob("a/two.c", "tree/a/two.c");
    expect_glob("a/none.c", "");
    struct strings names = {0};
    check(file_list("tree", &names) == 0 && names.n == 2 && strcmp(names.v[0], "a") == 0,
          "file_list is sorted and leaves nothing half-written");
    free_all(&names);
    char *joined = path_join("a", "b"), *absolute = path_join("a", "/b"),
         *here = path_join(".", "b");
    check(strcmp(joined, "a/b") == 0 && strcmp(absolute, "/b") == 0 && strcmp(here, "b") == 0,
          "path_join");
    free(joined), free(absolute), free(here);
    char *up = path_directory("a/b"), *top = path_directory("/b"), *dot = path_directory("b");
    check(strcmp(up, "a") == 0 && strcmp(top, "/") == 0 && strcmp(dot, ".") == 0, "path_directory");
    free(up), free(top), free(dot);
}

static void test_process(void) {
    const char *both[] = {"sh", "-c", "seq 1 20000; seq 1 20000 >&2; exit 3", NULL};
    struct process p = {.argv = both};
    check(process_run(&p) == 0 && p.status == 3 && p.out_size == 108894 && p.err_size == 108894,
          "both streams and the status");
    process_free(&p);
    const char *none[] = {"flexos-no-such-program", NULL};
    p = (struct process){.argv = none};
    check(process_run(&p) == -ENOENT, "a missing program");
    process_free(&p);
    const char *killed[] = {"sh", "-c", "kill -9 $$", NULL};
    p = (struct process){.argv = killed};
    check(process_run(&p) == 0 && p.status == 137, "a signal");
    process_free(&p);
    const char *where[] = {"sh", "-c", "pwd; echo $FLEXOS_UNIT; cat", NULL};
    const char *env[] = {"FLEXOS_UNIT=yes", NULL};
    p = (struct process){.argv = where, .directory = "/", .env = env};
    check(process_run(&p) == 0 && strcmp(p.out, "/\nyes\n") == 0, "folder, environment, no input");
    process_free(&p);
}

static void expect_nearest(const char *word, const char *expected) {
    static const char *const words[] = {"memory", "mechanism", "gate", "ports", "net", "lwip"};
    const char *near = diag_nearest(word, words, sizeof words / sizeof *words);
    check(near == expected || (near != NULL && expected != NULL && strcmp(near, expected) == 0),
          "nearest to '%s': %s", word, near != NULL ? near : "none");
}

static void test_nearest(void) {
    expect_nearest("memroy", "memory");
    expect_nearest("MEMORY", "memory");
    expect_nearest("mechansim", "mechanism");
    expect_nearest("port", "ports");
    expect_nearest("nte", "net");
    expect_nearest("x", NULL);
    expect_nearest("", NULL);
    expect_nearest("completely-different", NULL);
}

static bool size_is(const char *text, uint64_t expected) {
    struct arena arena = {0};
    struct node *node = node_new(&arena, NODE_SCALAR, LOC_NONE);
    uint64_t value = 0;
    node->text = text;
    bool good = read_size(&arena, node, "key", &value);
    arena_free(&arena);
    return good ? value == expected : expected == UINT64_MAX;
}

static void test_sizes(void) {
    diag_set_stream(NULL);
    check(size_is("0", 0) && size_is("17", 17) && size_is("17B", 17), "bytes");
    check(size_is("4K", 4096) && size_is("4k", 4096) && size_is("4KiB", 4096), "kibibytes");
    check(size_is("2G", (uint64_t)2 << 30) && size_is("2GB", (uint64_t)2 << 30), "gibibytes");
    const char *const wrong[] = {"",    "K", "-1", "1.5G", "4 K", "4KK", "4Kb", "9999999999999",
                                 "0x10"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        check(size_is(wrong[i], UINT64_MAX), "no size: '%s'", wrong[i]);
    }
    check(is_name("lwip-2.1_a+b") && !is_name("") && !is_name("-a") && !is_name("a b") &&
              !is_name("a/b") && !is_name("a$b"),
          "names");
}

int main(void) {
    test_memory();
    test_strings();
    test_map();
    test_hash();
    test_files();
    test_process();
    test_nearest();
    test_sizes();
    printf("1..%u\n", count);
    return failed != 0;
}
