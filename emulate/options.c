#include "launch.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: emulate/run [options] -- COMMAND ARGUMENT...\n"
    "Runs COMMAND in an emulated machine that has memory protection keys.\n"
    "The checkout and the current directory are shared read-write, the rest of\n"
    "the host is visible read-only, /tmp and /run are the machine's own.\n"
    "  --env NAME[=VALUE]         pass this environment variable (PATH, HOME, USER,\n"
    "                             LANG and TERM always pass)\n"
    "  --user NAME|UID[:GID]      run as this user instead of root\n"
    "  --share DIRECTORY          share this directory read-write, too\n"
    "  --forward HOSTPORT:GUESTPORT  reach GUESTPORT at 127.0.0.1:HOSTPORT\n"
    "  --memory MIB               memory of the machine (default 2048)\n"
    "  --cpus N                   processors of the machine (default 2)\n"
    "  --timeout SECONDS          stop COMMAND after this time, with status 124\n"
    "  --verbose                  show the machine's boot time and log at the end\n"
    "Exit status: COMMAND's; 128+n if signal n killed it; 124 after --timeout;\n"
    "125 if the machine failed; 126 or 127 if COMMAND cannot be run or found.\n";

static unsigned parse_number(const char *option, const char *text, unsigned minimum,
                             unsigned maximum)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number < minimum || number > maximum)
        launch_fail("%s: '%s' is not a number from %u to %u", option, text, minimum, maximum);
    return (unsigned)number;
}

static void add_environment(struct options *options, const char *text)
{
    if (options->environment_count == MAX_ENVIRONMENT)
        launch_fail("--env: more than %d variables", MAX_ENVIRONMENT);
    if (strchr(text, '=') == NULL) {
        const char *value = getenv(text);
        if (value == NULL)
            return; /* unset here, unset there */
        char *pair;
        if (asprintf(&pair, "%s=%s", text, value) < 0)
            launch_fail("out of memory");
        text = pair;
    }
    options->environment[options->environment_count++] = text;
}

static void add_forward(struct options *options, const char *text)
{
    char host[16];
    const char *colon = strchr(text, ':');
    if (options->forward_count == MAX_FORWARDS)
        launch_fail("--forward: more than %d ports", MAX_FORWARDS);
    if (colon == NULL || (size_t)(colon - text) >= sizeof host)
        launch_fail("--forward: '%s' is not HOSTPORT:GUESTPORT", text);
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    options->forwards[options->forward_count++] = (struct forward){
        .host = parse_number("--forward", host, 1, 65535),
        .guest = parse_number("--forward", colon + 1, 1, 65535),
    };
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 &&
           (path[length] == '/' || path[length] == '\0');
}

/* Shares a directory unless a share already covers it. Of two nested ones the
 * outer must come first, or mounting it would hide the inner one. */
static void add_share(struct options *options, const char *path)
{
    char *real = realpath(path, NULL);
    struct stat status;
    if (real == NULL || stat(real, &status) != 0 || !S_ISDIR(status.st_mode))
        launch_fail("cannot share '%s': it is no directory", path);
    if (strcmp(real, "/") == 0)
        return; /* the machine always sees /, read-only */
    for (size_t i = 0; i < options->share_count; i++)
        if (is_below(real, options->shares[i]))
            return;
    if (options->share_count == MAX_SHARES)
        launch_fail("--share: more than %d directories", MAX_SHARES);
    size_t place = 0;
    while (place < options->share_count && !is_below(options->shares[place], real))
        place++;
    memmove(&options->shares[place + 1], &options->shares[place],
            (options->share_count - place) * sizeof options->shares[0]);
    options->shares[place] = real;
    options->share_count++;
}

void options_parse(struct options *options, int argc, char **argv)
{
    enum { ENV = 256, USER, SHARE, FORWARD, MEMORY, CPUS, TIMEOUT, VERBOSE, HELP, MACHINE };
    static const struct option names[] = {
        {"env", required_argument, NULL, ENV},
        {"user", required_argument, NULL, USER},
        {"share", required_argument, NULL, SHARE},
        {"forward", required_argument, NULL, FORWARD},
        {"memory", required_argument, NULL, MEMORY},
        {"cpus", required_argument, NULL, CPUS},
        {"timeout", required_argument, NULL, TIMEOUT},
        {"verbose", no_argument, NULL, VERBOSE},
        {"help", no_argument, NULL, HELP},
        {"machine", required_argument, NULL, MACHINE}, /* set by emulate/run */
        {NULL, 0, NULL, 0},
    };
    static const char *const always[] = {"PATH", "HOME", "USER", "LANG", "TERM"};

    options->memory = 2048;
    options->cpus = 2;
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        add_environment(options, always[i]);

    for (int option; (option = getopt_long(argc, argv, "+", names, NULL)) != -1;) {
        switch (option) {
        case ENV: add_environment(options, optarg); break;
        case USER: options->user = optarg; break;
        case SHARE: add_share(options, optarg); break;
        case FORWARD: add_forward(options, optarg); break;
        /* Below 3 GiB all memory lies under the devices of this machine. */
        case MEMORY: options->memory = parse_number("--memory", optarg, 256, 65536); break;
        case CPUS: options->cpus = parse_number("--cpus", optarg, 1, 64); break;
        case TIMEOUT: options->timeout = parse_number("--timeout", optarg, 1, 604800); break;
        case VERBOSE: options->verbose = true; break;
        case MACHINE: options->kernel_dir = optarg; break;
        case HELP: fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(STATUS_FAILURE);
        }
    }
    if (optind == argc) {
        fputs(usage, stderr);
        exit(STATUS_FAILURE);
    }
    options->command = argv + optind;
    add_share(options, ".");
}
