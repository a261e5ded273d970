/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts the words of a text with four libraries. The same source and the same output in every configuration beside this folder:
 * callbacks, handles, shared objects, variable arguments, structures by value, long jumps and threads cross whatever boundaries
 * there are. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flexos/flexos.h>
#include <flexos/interface.h>

#include "calc.h"
#include "report.h"
#include "table.h"
#include "words.h"

#define MOST_WORDS 64

static const char text[] = "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
                           "foolishness, it was the epoch of belief, it was the epoch of incredulity";

static struct words_progress progress __attribute__((flexos_share));
static _Thread_local int visits;

static struct {
    char word[32];
    long count;
} found[MOST_WORDS];
static size_t found_count;

static void say(const char *line) {
    printf("%s\n", line);
}

static int add_word(const char *word flexos_string, void *cookie flexos_opaque) {
    visits++;
    return table_add(cookie, word) < 0 ? ENOMEM : 0;
}

static void keep(const char *word flexos_string, long count, void *cookie flexos_opaque) {
    size_t *next = cookie;

    if (*next < MOST_WORDS) {
        snprintf(found[*next].word, sizeof found[*next].word, "%s", word);
        found[(*next)++].count = count;
    }
}

static int by_count(const void *left, const void *right) {
    const long *a = (const void *)((const char *)left + sizeof found[0].word);
    const long *b = (const void *)((const char *)right + sizeof found[0].word);

    return *a != *b ? (*a < *b) - (*a > *b) : strcmp(left, right);
}

static void count_words(void) {
    char line[96] __attribute__((flexos_share));
    static char shared_word[32] __attribute__((flexos_share));
    struct table *table = table_new();

    int result = flexos_gate(libwords, words_each, text, strlen(text), add_word, table, &progress);

    table_each(table, keep, &found_count);
    qsort(found, found_count, sizeof found[0], by_count);
    report_line(line, sizeof line, "%d: %zu words, %zu different, %d visits", result, progress.words, table_size(table),
                visits);
    say(line);
    for (size_t i = 0; i < 3; i++) {
        strcpy(shared_word, found[i].word);
        report_line(line, sizeof line, "%-8s %ld", shared_word, found[i].count);
        say(line);
    }
    table_free(table);
}

static void calculate(void) {
    char line[96]; /* private: the gate copies it */
    double counts[MOST_WORDS];

    for (size_t i = 0; i < found_count; i++)
        counts[i] = (double)found[i].count;
    struct calc_summary summary = calc_summarize(counts, found_count);
    struct calc_point point = calc_turn((struct calc_point){.x = 3, .y = 4}, 1);
    struct calc_ratio ratio = calc_ratio(found[0].count, (long)progress.words);

    report_line(line, sizeof line, "least %.1f most %.1f mean %.3f of %ld", summary.least, summary.most, summary.mean,
                summary.count);
    say(line);
    report_line(line, sizeof line, "turned %g %g, ratio %.4f of %ld, weight %ld, power %.3Lf", point.x, point.y,
                ratio.value, ratio.count, calc_weigh(1, 2, 3, 4, 5, 6, 7, 8, summary), calc_power(1.5L, 5));
    say(line);
    report_line(line, sizeof line, "%g %g %g %g %g %g %g %g %g %d %d %d %d %d", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0,
                10, 11, 12, 13, 14);
    say(line);
}

static jmp_buf stop;

static int leave_at_third(const char *word flexos_string, void *cookie flexos_opaque) {
    int *seen = cookie;

    (void)word;
    if (++*seen == 3)
        longjmp(stop, 7);
    return 0;
}

/* Leaves words_each by a long jump out of its callback, and again one level deeper. */
static void jump_out(void) {
    volatile int rounds = 0;
    char line[96];
    static int seen;

    int code = setjmp(stop);

    if (rounds++ < 3) {
        seen = 0;
        words_each(text, strlen(text), leave_at_third, &seen, &progress);
    }
    report_line(line, sizeof line, "left by %d after %d rounds", code, rounds);
    say(line);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn, total;

static void *worker(void *argument) {
    int self = *(int *)argument;

    for (int round = 0; round < 5; round++) {
        pthread_mutex_lock(&lock);
        while (turn % 3 != self)
            pthread_cond_wait(&changed, &lock);
        turn++;
        total += (int)calc_weigh(self, 0, 0, 0, 0, 0, 0, 0, (struct calc_summary){.count = round});
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    visits += self;
    return (void *)(long)visits;
}

static void use_threads(void) {
    pthread_t threads[3];
    int numbers[3] = {0, 1, 2};
    long sum = 0;
    char line[96];

    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, worker, &numbers[i]) != 0)
            say("pthread_create failed");
    for (int i = 0; i < 3; i++) {
        void *result = NULL;

        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    report_line(line, sizeof line, "threads: total %d, own visits %ld, main's %d", total, sum, visits);
    say(line);
}

static void use_files(void) {
    char line[96], back[32] = "";
    int missing = open("/nowhere/at/all", O_RDONLY);
    int error = errno;
    int fd = open("/census.txt", O_CREAT | O_RDWR | O_TRUNC, 0644);

    if (write(fd, "counted", 7) != 7 || lseek(fd, 0, SEEK_SET) != 0 || read(fd, back, sizeof back - 1) != 7)
        say("file failed");
    close(fd);
    report_line(line, sizeof line, "missing %d is '%s', file held %zu bytes", missing, "No such file or directory",
                strlen(back));
    say(line);
    if (strcmp(strerror(error), "No such file or directory") != 0)
        say("errno was lost");
}

int main(void) {
    count_words();
    calculate();
    jump_out();
    use_threads();
    use_files();
    printf("calc was called %lu times, %u lines\n", calc_calls(), report_lines());
    return 0;
}
