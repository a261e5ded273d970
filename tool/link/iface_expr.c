/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Length expressions and conditions of annotations: a recursive descent over
 *
 *     condition = compare { "&&" compare }
 *     compare   = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
 *     sum       = term { ("+" | "-") term }
 *     term      = factor { "*" factor }
 *     factor    = number | name | "*" name | "sizeof" "(" type ")" | "(" condition ")"
 *
 * to the postfix code of core/iface.h. Sizes, members and places are known here and become numbers.
 */
#include "link/iface_private.h"

#include <ctype.h>
#include <string.h>

struct parser {
    struct iface_function *function;
    const char *text, *at;
    Dwarf_Die *object;
    struct strbuf *code;
    bool failed;
};

static void condition(struct parser *p);

static void fail(struct parser *p, const char *what) {
    if (!p->failed) {
        iface_fail(p->function, "the expression '%s': %s", p->text, what);
    }
    p->failed = true;
}

static void emit(struct parser *p, unsigned byte) {
    const char c = (char)byte;
    sb_add_n(p->code, &c, 1);
}

static void skip(struct parser *p) {
    while (isspace((unsigned char)*p->at)) {
        p->at++;
    }
}

static bool take(struct parser *p, const char *token) {
    skip(p);
    if (strncmp(p->at, token, strlen(token)) != 0) {
        return false;
    }
    p->at += strlen(token);
    return true;
}

static bool name(struct parser *p, char *out, size_t size) {
    size_t n = 0;
    skip(p);
    if (!isalpha((unsigned char)*p->at) && *p->at != '_') {
        return false;
    }
    while ((isalnum((unsigned char)p->at[n]) || p->at[n] == '_') && n + 1 < size) {
        out[n] = p->at[n];
        n++;
    }
    out[n] = '\0';
    p->at += n;
    return true;
}

static void constant(struct parser *p, uint64_t value) {
    if (value > UINT32_MAX) {
        fail(p, "a constant is larger than 4 GiB");
        return;
    }
    emit(p, FLEXOS_IFACE_CONSTANT);
    for (int i = 0; i < 4; i++) {
        emit(p, (unsigned)(value >> (8 * i)) & 0xff);
    }
}

static struct iface_param *param_named(struct parser *p, const char *word) {
    for (size_t i = 0; i < p->function->params.n; i++) {
        if (strcmp(p->function->params.v[i].name, word) == 0) {
            return &p->function->params.v[i];
        }
    }
    return NULL;
}

static void dereference(struct parser *p) {
    char word[64];
    Dwarf_Die target;
    bool is_void, is_const;
    struct iface_param *param = name(p, word, sizeof word) ? param_named(p, word) : NULL;
    if (!param || !param->typed || param->place < 0 ||
        !type_pointed(&param->type, &target, &is_void, &is_const) || is_void ||
        type_number(&target) == 0) {
        fail(p, "'*' wants the name of a parameter that points to an integer");
        return;
    }
    param->flags |= FLEXOS_IFACE_WORD;
    emit(p, FLEXOS_IFACE_LOAD);
    emit(p, (unsigned)param->place);
    emit(p, type_number(&target));
}

static void size_of(struct parser *p) {
    char text[96];
    size_t n = 0;
    Dwarf_Die type;
    if (!take(p, "(")) {
        fail(p, "sizeof wants parentheses");
        return;
    }
    skip(p);
    while (p->at[n] && p->at[n] != ')' && n + 1 < sizeof text) {
        text[n] = p->at[n];
        n++;
    }
    p->at += n;
    while (n > 0 && isspace((unsigned char)text[n - 1])) {
        n--;
    }
    text[n] = '\0';
    if (!take(p, ")")) {
        fail(p, "sizeof wants a closing parenthesis");
    } else if (strchr(text, '*')) {
        constant(p, 8);
    } else if (type_named(&p->function->die, text, &type)) {
        constant(p, type_size(&type));
    } else {
        fail(p, "the type in sizeof is not in the debug information; write its size as a number");
    }
}

static bool member(struct parser *p, const char *word) {
    Dwarf_Die found, type;
    uint64_t offset;
    if (!p->object || !type_member(p->object, word, &found, &offset)) {
        return false;
    }
    if (!type_of(&found, &type, NULL) || type_number(&type) == 0) {
        fail(p, "a member of the structure that is named in it is no integer");
        return true;
    }
    emit(p, FLEXOS_IFACE_MEMBER);
    emit(p, (unsigned)offset & 0xff);
    emit(p, (unsigned)(offset >> 8) & 0xff);
    emit(p, type_number(&type));
    return true;
}

static void argument(struct parser *p, const char *word) {
    struct iface_param *param = param_named(p, word);
    if (member(p, word)) {
        return;
    }
    if (param && param->typed && param->place >= 0 && type_number(&param->type) != 0) {
        emit(p, FLEXOS_IFACE_ARGUMENT);
        emit(p, (unsigned)param->place);
        emit(p, type_number(&param->type));
    } else if (!param && strcmp(word, "result") == 0 && p->function->result_number != 0) {
        emit(p, FLEXOS_IFACE_RESULT);
        emit(p, p->function->result_number);
    } else {
        fail(p, param ? "a parameter that is named in it is no integer"
                      : "it names something that is no parameter of the function");
    }
}

static void factor(struct parser *p) {
    char word[64];
    skip(p);
    if (isdigit((unsigned char)*p->at)) {
        char *end;
        constant(p, strtoull(p->at, &end, 0));
        p->at = end + strspn(end, "uUlL");
    } else if (take(p, "(")) {
        condition(p);
        if (!take(p, ")")) {
            fail(p, "a closing parenthesis is missing");
        }
    } else if (take(p, "*")) {
        dereference(p);
    } else if (name(p, word, sizeof word)) {
        if (strcmp(word, "sizeof") == 0) {
            size_of(p);
        } else {
            argument(p, word);
        }
    } else {
        fail(p, *p->at ? "it contains something that is no name, number or sizeof"
                       : "it ends too early");
    }
}

static void term(struct parser *p) {
    factor(p);
    while (!p->failed && take(p, "*")) {
        factor(p);
        emit(p, FLEXOS_IFACE_MUL);
    }
}

static void sum(struct parser *p) {
    term(p);
    while (!p->failed) {
        const bool plus = take(p, "+");
        if (!plus && !take(p, "-")) {
            return;
        }
        term(p);
        emit(p, plus ? FLEXOS_IFACE_ADD : FLEXOS_IFACE_SUB);
    }
}

static void compare(struct parser *p) {
    static const struct {
        const char *token;
        unsigned operation;
    } comparisons[] = {
        {"==", FLEXOS_IFACE_EQ}, {"!=", FLEXOS_IFACE_NE}, {"<=", FLEXOS_IFACE_LE},
        {">=", FLEXOS_IFACE_GE}, {"<", FLEXOS_IFACE_LT},  {">", FLEXOS_IFACE_GT},
    };
    sum(p);
    for (size_t i = 0; !p->failed && i < sizeof comparisons / sizeof *comparisons; i++) {
        if (take(p, comparisons[i].token)) {
            sum(p);
            emit(p, comparisons[i].operation);
            return;
        }
    }
}

static void condition(struct parser *p) {
    compare(p);
    while (!p->failed && take(p, "&&")) {
        compare(p);
        emit(p, FLEXOS_IFACE_AND);
    }
}

/* The run-time evaluator has this many places for values (core/iface_expr.c). */
static bool too_deep(const struct strbuf *code) {
    unsigned depth = 0, most = 0;
    for (size_t i = 0; i < code->n; i++) {
        switch ((unsigned char)code->s[i]) {
        case FLEXOS_IFACE_CONSTANT:
            i += 4, depth++;
            break;
        case FLEXOS_IFACE_ARGUMENT:
        case FLEXOS_IFACE_LOAD:
            i += 2, depth++;
            break;
        case FLEXOS_IFACE_MEMBER:
            i += 3, depth++;
            break;
        case FLEXOS_IFACE_RESULT:
            i += 1, depth++;
            break;
        default:
            depth--;
        }
        most = depth > most ? depth : most;
    }
    return most > FLEXOS_IFACE_DEPTH;
}

bool iface_compile(struct iface_function *function, const char *text, Dwarf_Die *object,
                   bool is_condition, struct strbuf *code) {
    struct parser p = {function, text, text, object, code, false};
    sb_free(code);
    if (is_condition) {
        condition(&p);
    } else {
        sum(&p);
    }
    skip(&p);
    if (!p.failed && *p.at) {
        fail(&p, "it goes on after its end; lengths are sums and products");
    }
    if (!p.failed && too_deep(code)) {
        fail(&p, "it nests too deeply");
    }
    return !p.failed;
}
