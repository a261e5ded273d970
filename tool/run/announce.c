/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user is told around a run; see session.h. All of it goes to stderr. */
#include "run/session.h"

#include "audit/audit.h"
#include "flexos/limits.h"

#include <stdio.h>
#include <string.h>

/* "  compartment 2 (net): lwip, gate full, sharing dss" */
static void print_compartment(const cJSON *audit, const cJSON *compartment) {
    double number = audit_number(compartment, "number");
    const cJSON *library, *in;
    int shown = 0, hidden = 0;
    if (number < 1) {
        return;
    }
    fprintf(stderr, "  compartment %.0f (%s): ", number, audit_string(compartment, "name"));
    cJSON_ArrayForEach(library, audit_list(audit, "libraries")) {
        bool here = false;
        cJSON_ArrayForEach(in, audit_list(library, "compartments")) {
            here |= in->valuedouble == number;
        }
        if (!here || audit_flag(library, "replicated")) {
            continue;
        }
        if (shown < 8) {
            fprintf(stderr, "%s%s", shown ? ", " : "", audit_string(library, "name"));
            shown++;
        } else {
            hidden++;
        }
    }
    if (hidden) {
        fprintf(stderr, " and %d more", hidden);
    }
    if (audit_flag(audit, "isolated")) {
        fprintf(stderr, "; %s gate, sharing %s", audit_string(compartment, "gate"),
                audit_string(compartment, "sharing"));
    }
    fputc('\n', stderr);
}

static void print_audit(const struct session *session) {
    cJSON *audit = session->peek.have_layout ? audit_load(session->image, NULL) : NULL;
    const cJSON *item;
    if (!audit) {
        return;
    }
    fprintf(stderr, "flexos: %s, %s\n", session->entry.name,
            audit_flag(audit, "isolated") ? audit_string(audit, "mechanism") : "not isolated");
    cJSON_ArrayForEach(item, audit_list(audit, "compartments")) {
        print_compartment(audit, item);
    }
    if (audit_flag(audit, "isolated")) {
        const cJSON *shared = cJSON_GetObjectItemCaseSensitive(audit, "shared");
        fprintf(stderr,
                "  shared: %d objects, %.0f bytes; %d gates (flexos inspect %s shows them)\n",
                cJSON_GetArraySize(audit_list(shared, "objects")), audit_number(shared, "bytes"),
                cJSON_GetArraySize(audit_list(audit, "gates")), session->image);
    }
    cJSON_Delete(audit);
}

static void print_ports(const struct session *session) {
    const struct settings *settings = session->settings;
    for (size_t i = 0; i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        const char *kind = port->udp ? "UDP" : "TCP";
        bool any = !strcmp(port->host_address, "0.0.0.0");
        fprintf(stderr, "  connect to %s port %u, %s%s: port %u of the image\n", kind, port->host,
                any ? "all addresses of this host" : port->host_address,
                any ? " (reachable from other hosts)" : "", port->guest);
        if (!port->udp && port->guest == 6379) {
            fprintf(stderr, "  for example: redis-cli -h %s -p %u\n",
                    any ? "127.0.0.1" : port->host_address, port->host);
        } else if (!port->udp && (port->guest == 80 || port->guest == 8080)) {
            fprintf(stderr, "  for example: curl http://%s:%u/\n",
                    any ? "127.0.0.1" : port->host_address, port->host);
        }
    }
}

void announce_start(const struct session *session, const char *mode) {
    const struct settings *settings = session->settings;
    bool serves = session->peek.has_network && settings->ports.n > 0;
    if (session->options->quiet) {
        return;
    }
    if (mode) {
        session_say("%s", mode);
    }
    if (!serves) {
        return; /* a program that prints and ends needs no introduction */
    }
    print_audit(session);
    if (settings->net == NET_USER) {
        print_ports(session);
    }
    for (size_t i = 0; i < settings->volumes.n; i++) {
        fprintf(stderr, "  volume %s is %s%s\n", settings->volumes.v[i].guest,
                settings->volumes.v[i].host, settings->volumes.v[i].read_only ? ", read-only" : "");
    }
    if (session->options->detach) {
        fprintf(stderr, "  flexos stop %s ends it\n", session->entry.name);
    } else {
        fprintf(stderr, "  Ctrl-C stops it\n");
    }
}

void announce_end(const struct session *session, int status) {
    if (session->options->quiet) {
        return;
    }
    const char *config = session->options->build.config;
    if (status == FLEXOS_EXIT_VIOLATION || status == FLEXOS_EXIT_FAULT) {
        session_say("%s was stopped, status %d; next: flexos run --gdb %s", session->entry.name,
                    status, config);
    } else if (status == FLEXOS_EXIT_REFUSED) {
        session_say("%s was not started, status %d; next: flexos doctor", session->entry.name,
                    status);
    } else {
        session_say("%s ended with status %d; next: flexos inspect %s", session->entry.name, status,
                    config);
    }
}
