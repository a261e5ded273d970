/* SPDX-License-Identifier: BSD-3-Clause */
/* An ordinary program that knows nothing of FlexOS and shares nothing: what it hands to libc in
 * another compartment is copied by libc's annotations. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void files(const char *folder) {
    char path[100], line[100];
    strcpy(path, folder);
    strcat(path, "/clerk.txt");
    FILE *f = fopen(path, "w+");
    if (!f) {
        perror(path);
        exit(1);
    }
    char words[] = "first line\nsecond\n";
    fputs(words, f);
    fprintf(f, "%d and %.2f\n", 42, 2.5);
    rewind(f);
    while (fgets(line, sizeof line, f)) {
        printf("%d ", (int)strlen(line));
        fwrite(line, 1, strlen(line), stdout);
    }
    struct stat st;
    printf("size %ld, at %ld\n", fstat(fileno(f), &st) == 0 ? (long)st.st_size : -1L, ftell(f));
    fclose(f);
    printf("stat %d %d\n", stat(path, &st), (int)S_ISREG(st.st_mode));
    unlink(path);
    printf("gone %d\n", stat(path, &st));
}

static void pipes(void) {
    int fds[2];
    char a[6], b[40];
    struct iovec out[2] = {{"gather ", 7}, {a, 5}}, in[2] = {{b, 4}, {a, 5}};
    memcpy(a, "words", 6);
    if (pipe(fds) != 0) {
        perror("pipe");
        exit(1);
    }
    const long sent = (long)writev(fds[1], out, 2), got = (long)readv(fds[0], in, 2);
    const long rest = (long)read(fds[0], b + 4, sizeof b - 4);
    b[4 + rest] = '\0';
    printf("pipe %ld %ld %ld %.5s|", sent, got, rest, "fixed");
    fwrite(b, 1, 4, stdout);
    fwrite(a, 1, 5, stdout);
    puts(b + 4);
}

static void texts(void) {
    char text[50], tail[8] = "------";
    const int n = snprintf(text, sizeof text, "%05d %x %c", 42, 255, 'c');
    puts(text);
    printf("%d %d ", n, snprintf(tail, 4, "%d", 123456));
    puts(tail);
    const time_t day = 86400 * 366;
    struct tm tm;
    gmtime_r(&day, &tm);
    printf("%d-%d-%d %ld\n", tm.tm_year, tm.tm_mon, tm.tm_mday, (long)time(NULL) > 0 ? 1L : 0L);
    struct timespec now = {0, 0};
    const int rc = clock_gettime(CLOCK_MONOTONIC, &now);
    printf("clock %d %d\n", rc, now.tv_sec > 0 || now.tv_nsec > 0);
}

int main(int argc, char **argv) {
    files(argc > 1 ? argv[1] : "/tmp");
    pipes();
    texts();
    return 0;
}
