/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos ps: the running images of this user. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "run/state.h"

static void print_age(long long seconds) {
    if (seconds < 120) {
        printf("%8llds", seconds);
    } else if (seconds < 7200) {
        printf("%8lldm", seconds / 60);
    } else {
        printf("%8lldh", seconds / 3600);
    }
}

static void print_table(const struct state_entry *list, size_t count) {
    time_t now = time(NULL);
    printf("%-20s %9s %9s %-9s %-9s %s\n", "NAME", "PID", "AGE", "RUNS", "CONSOLE", "PORTS");
    for (size_t i = 0; i < count; i++) {
        printf("%-20s %9d ", list[i].name, list[i].pid);
        print_age(now > list[i].started ? now - list[i].started : 0);
        printf(" %-9s %-9s %s\n", list[i].mode ? list[i].mode : "?",
               list[i].log ? "log" : "terminal", list[i].ports ? list[i].ports : "");
    }
    puts(count ? "Next: flexos logs NAME; flexos stop NAME"
               : "No image is running. Next: flexos run CONFIG");
}

static void print_json(const struct state_entry *list, size_t count) {
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "name", list[i].name);
        cJSON_AddNumberToObject(item, "pid", list[i].pid);
        cJSON_AddStringToObject(item, "image", list[i].image ? list[i].image : "");
        cJSON_AddStringToObject(item, "mode", list[i].mode ? list[i].mode : "");
        cJSON_AddStringToObject(item, "ports", list[i].ports ? list[i].ports : "");
        cJSON_AddNumberToObject(item, "started", (double)list[i].started);
        if (list[i].log) {
            cJSON_AddStringToObject(item, "log", list[i].log);
        }
        cJSON_AddItemToArray(array, item);
    }
    char *text = cJSON_Print(array);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(array);
}

int cmd_ps(int argc, char **argv) {
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !json) {
        fprintf(stderr, "flexos ps: nothing or --json was expected, not %s\n", argv[1]);
        return EXIT_USAGE;
    }
    size_t count;
    struct state_entry *list = state_list(&count);
    if (json) {
        print_json(list, count);
    } else {
        print_table(list, count);
    }
    state_free(list, count);
    return EXIT_DONE;
}
