/* Runs one command in an emulated machine whose processor has protection
 * keys, as if it ran here. See README.md. */
#include "launch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void launch_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("emulate: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(STATUS_FAILURE);
}

int main(int argc, char **argv)
{
    static struct options options;
    struct machine machine;
    struct frame_writer control = {0};

    options_parse(&options, argc, argv);
    describe_command(&control, &options);
    machine_start(&machine, &options);
    int status = relay_run(&machine, &options, &control);
    machine_stop(&machine);
    return status;
}
