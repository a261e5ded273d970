/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag/diag.h"
#include "util/file.h"
#include "util/str.h"

/* The contents of the section .flexos.audit as a string, or NULL. */
static char *from_section(Elf *elf) {
    size_t names;
    char *text = NULL;
    if (elf == NULL || elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names) != 0) {
        return NULL;
    }
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL && text == NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) == NULL) {
            continue;
        }
        const char *name = elf_strptr(elf, names, header.sh_name);
        const Elf_Data *data =
            name != NULL && strcmp(name, ".flexos.audit") == 0 ? elf_getdata(s, NULL) : NULL;
        if (data != NULL && data->d_buf != NULL) {
            text = xstrndup(data->d_buf, data->d_size);
        }
    }
    return text;
}

static char *from_image(const char *image) {
    int fd = open(image, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    char *text = from_section(elf);
    elf_end(elf);
    close(fd);
    return text;
}

cJSON *audit_load(const char *image, char **text_out) {
    char *text = NULL;
    size_t size;
    bool json = str_ends(image, ".json");
    if (!file_exists(image)) {
        diag_error(LOC_FILE(image),
                   "%s; an image was expected (`flexos build CONFIG` says where it "
                   "puts it)",
                   strerror(errno));
        return NULL;
    }
    if (!json) {
        text = from_image(image);
    }
    if (text == NULL) {
        char *beside = json ? xstrdup(image) : xasprintf("%s.audit.json", image);
        if (file_read(beside, (size_t)256 << 20, &text, &size) != 0) {
            text = NULL;
        }
        free(beside);
    }
    cJSON *audit = text != NULL ? cJSON_Parse(text) : NULL;
    if (audit == NULL || audit_number(audit, "version") != 1) {
        diag_error(LOC_FILE(image),
                   "no audit report of version 1 in it or beside it; an image made by "
                   "this version of `flexos build` was expected");
        cJSON_Delete(audit);
        free(text);
        return NULL;
    }
    if (text_out != NULL) {
        *text_out = text;
    } else {
        free(text);
    }
    return audit;
}

const char *audit_string(const cJSON *object, const char *key) {
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return s != NULL ? s : "";
}

double audit_number(const cJSON *object, const char *key) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool audit_flag(const cJSON *object, const char *key) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

const cJSON *audit_list(const cJSON *object, const char *key) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsArray(item) ? item : NULL;
}
