/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of `flexos run`; see options.h. Its help comes from the table below. */
#include "run/options.h"

#include "util/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* identifier, short form, long form, value (NULL: none), what it does */
#define OPTIONS(X)                                                                                 \
    X(PORT, "-p", "--port", "[ADDRESS:]HOSTPORT:PORT[/udp]",                                       \
      "a port of the host leads to PORT of the image (address 127.0.0.1 unless given)")            \
    X(VOLUME, "-v", "--volume", "FOLDER:/PATH[:ro]", "the image sees a folder of the host")        \
    X(NET, NULL, "--net", "none|user|tap:NAME[,ADDRESS/PREFIX[,GATEWAY[,DNS]]]", "the network")    \
    X(ENV, "-e", "--env", "NAME[=VALUE]", "a variable for the image's environment")                \
    X(DETACH, "-d", "--detach", NULL, "runs in the background; `flexos logs` shows its console")   \
    X(NAME, NULL, "--name", "NAME", "what `flexos ps` calls it (default: the configuration)")      \
    X(STOP, NULL, "--stop-timeout", "SECONDS",                                                     \
      "kills the image when it has not ended this long after Ctrl-C or SIGTERM")                   \
    X(REGISTERS, NULL, "--registers", NULL, "a crash report shows the registers")                  \
    X(REPORT, NULL, "--report", "FILE", "writes a crash report to FILE, too, as JSON")             \
    X(CORE, NULL, "--core", NULL, "a fault leaves a core file where the host puts them")           \
    X(GDB, NULL, "--gdb", NULL, "starts the image in gdb")                                         \
    X(HOLD, NULL, "--stop-on-fault", NULL, "leaves the image stopped at a fault, for gdb -p")      \
    X(SET, NULL, "--set", "KEY=VALUE", "changes a key of the configuration")                       \
    X(PLATFORM, NULL, "--platform", "linux", "what the image runs on")                             \
    X(OUT, "-o", "--output", "IMAGE", "where the image is built")                                  \
    X(QUIET, "-q", "--quiet", NULL, "says nothing but what the image and errors say")              \
    X(HELP, "-h", "--help", NULL, "this text")

enum option {
#define X(id, short_form, long_form, value, what) OPTION_##id,
    OPTIONS(X)
#undef X
        OPTION_COUNT
};

static const struct {
    const char *short_form, *long_form, *value, *what;
} table[] = {
#define X(id, short_form, long_form, value, what) {short_form, long_form, value, what},
    OPTIONS(X)
#undef X
};

static void print_help(void) {
    puts("usage: flexos run CONFIG|IMAGE [options] [-- ARGUMENTS]\n"
         "Builds the image if needed, starts it and stands by it until it ends.\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        printf("  %s%s%s%s%s\n      %s\n", table[i].short_form ? table[i].short_form : "",
               table[i].short_form ? ", " : "", table[i].long_form, table[i].value ? " " : "",
               table[i].value ? table[i].value : "", table[i].what);
    }
    puts("\nARGUMENTS follow those of the configuration. Exit status: the image's; 86 isolation "
         "violation,\n87 another fault, 88 refused to start, 128+n ended by signal n.");
}

static int complain(const char *what, const char *word) {
    fprintf(stderr, "flexos run: %s%s; `flexos run --help` lists the options\n", what, word);
    return EXIT_USAGE;
}

/* The option that argv[i] is, its value in *value (behind `=`, or NULL); -1: none. */
static int find(const char *word, const char **value) {
    const char *equals = strchr(word, '=');
    for (int i = 0; i < OPTION_COUNT; i++) {
        size_t length = strlen(table[i].long_form);
        *value = NULL;
        if ((table[i].short_form && !strcmp(word, table[i].short_form)) ||
            !strcmp(word, table[i].long_form)) {
            return i;
        }
        if (equals && table[i].value && (size_t)(equals - word) == length &&
            !strncmp(word, table[i].long_form, length)) {
            *value = equals + 1;
            return i;
        }
    }
    return -1;
}

static bool apply(struct run_options *options, int option, const char *value) {
    char *end;
    switch ((enum option)option) {
    case OPTION_PORT:
        vec_push(&options->ports, value);
        break;
    case OPTION_VOLUME:
        vec_push(&options->volumes, value);
        break;
    case OPTION_NET:
        options->net = value;
        break;
    case OPTION_ENV:
        vec_push(&options->environment, value);
        break;
    case OPTION_DETACH:
        options->detach = true;
        break;
    case OPTION_NAME:
        options->name = value;
        return *value != '\0';
    case OPTION_STOP:
        options->stop_seconds = (unsigned)strtoul(value, &end, 10);
        return *value >= '0' && *value <= '9' && *end == '\0' && options->stop_seconds < 86400;
    case OPTION_REGISTERS:
        options->registers = true;
        break;
    case OPTION_REPORT:
        options->report = value;
        break;
    case OPTION_CORE:
        options->core = true;
        break;
    case OPTION_GDB:
        options->gdb = true;
        break;
    case OPTION_HOLD:
        options->stop_on_fault = true;
        break;
    case OPTION_SET:
    case OPTION_PLATFORM:
        vec_push(&options->set, (struct config_option){table[option].long_form, value});
        break;
    case OPTION_OUT:
        options->build.out = value;
        break;
    case OPTION_QUIET:
        options->quiet = true;
        progress_quiet(true);
        break;
    default:
        break;
    }
    return true;
}

static int finish(struct run_options *options, bool *go_on) {
    if (!options->build.config) {
        return complain("a configuration or an image was expected", "");
    }
    if (options->detach && (options->gdb || options->stop_on_fault)) {
        return complain("--detach does not go with a debugger", "");
    }
    options->build.set = options->set.v;
    options->build.set_count = options->set.n;
    *go_on = true;
    return EXIT_DONE;
}

int run_options_parse(struct run_options *options, int argc, char **argv, bool *go_on) {
    memset(options, 0, sizeof *options);
    *go_on = false;
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (!strcmp(argv[i], "--")) {
            options->build.rest = argv + i + 1;
            options->build.rest_count = argc - i - 1;
            break;
        }
        int option = argv[i][0] == '-' ? find(argv[i], &value) : -1;
        if (option == OPTION_HELP) {
            print_help();
            return EXIT_DONE;
        }
        if (option >= 0) {
            const char *word = argv[i];
            if (table[option].value && !value) {
                if (i + 1 == argc) {
                    return complain("a value was expected after ", word);
                }
                value = argv[++i];
            }
            if (!apply(options, option, value)) {
                return complain("not a value for this option: ", value);
            }
        } else if (argv[i][0] == '-') {
            const char *names[OPTION_COUNT];
            for (size_t k = 0; k < OPTION_COUNT; k++) {
                names[k] = table[k].long_form;
            }
            const char *near = diag_nearest(argv[i], names, OPTION_COUNT);
            fprintf(stderr, "flexos run: unknown option %s%s%s%s\n", argv[i],
                    near ? "; did you mean " : "; `flexos run --help` lists the options",
                    near ? near : "", near ? "?" : "");
            return EXIT_USAGE;
        } else if (!options->build.config) {
            options->build.config = argv[i];
        } else {
            return complain("one configuration or image was expected (arguments for the image come "
                            "after --), not also ",
                            argv[i]);
        }
    }
    return finish(options, go_on);
}

void run_options_free(struct run_options *options) {
    vec_free(&options->ports);
    vec_free(&options->volumes);
    vec_free(&options->environment);
    vec_free(&options->set);
}
