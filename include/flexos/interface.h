/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Annotations of exported prototypes: what each pointer that crosses a boundary is, and how large.
 *
 *     long sys_write(int fd, const void *buf flexos_in(count), size_t count);
 *
 * They stand in ordinary prototypes and change nothing for the compiler (btf_decl_tag, which
 * clang-19 writes into DWARF; other compilers see nothing). The link step turns them into the
 * descriptors by which gates copy and check (core/iface.h). docs/interfaces.md is the reference;
 * it also says what holds for a parameter without annotation.
 *
 * Lengths are bytes and are written as sums and products of: names of parameters, integer
 * constants, `*name` (what a pointer to an integer points to when the call is made),
 * `sizeof(struct name)` or `sizeof(type)`, and, in flexos_out_upto and in flexos_precondition of
 * results, `result`. Macros in them are expanded. Arithmetic that wraps is a violation.
 */
#ifndef FLEXOS_INTERFACE_H
#define FLEXOS_INTERFACE_H

#if defined(__clang__) && !defined(FLEXOS_NO_ANNOTATIONS)
#define FLEXOS_TAG_(text) __attribute__((btf_decl_tag(text)))
#else
#define FLEXOS_TAG_(text)
#endif
#define FLEXOS_TEXT_(...) #__VA_ARGS__
#define FLEXOS_NOTE_(word, ...) FLEXOS_TAG_("flexos " word " " FLEXOS_TEXT_(__VA_ARGS__))

/* ---- Parameters: write one of these after the name of a pointer. */

/* A buffer that the function reads, writes, or both: `length` bytes. */
#define flexos_in(length) FLEXOS_NOTE_("in", length)
#define flexos_out(length) FLEXOS_NOTE_("out", length)
#define flexos_inout(length) FLEXOS_NOTE_("inout", length)

/* A buffer of `length` bytes of which the function writes only the first `result` bytes (its
 * result; nothing if that is negative), or `written` bytes, which may contain `result`. */
#define flexos_out_return(length) FLEXOS_NOTE_("out_upto", length, result)
#define flexos_out_upto(length, written) FLEXOS_NOTE_("out_upto", length, written)

/* As flexos_in and flexos_out_return, for functions that may transfer less than they are asked for
 * (read, write, recv, send): `count`, a parameter, is lowered by the gate if a private buffer is
 * larger than what it can copy in one call. */
#define flexos_in_part(count) FLEXOS_NOTE_("in_part", count)
#define flexos_out_part(count) FLEXOS_NOTE_("out_part", count)

/* A string that ends in a zero byte and that the function reads. */
#define flexos_string FLEXOS_NOTE_("string", )

/* An object of the provider, which the caller holds but never looks into. */
#define flexos_handle FLEXOS_NOTE_("handle", )

/* A function that the provider may call: NULL or an entry thunk which the caller may use. */
#define flexos_callback FLEXOS_NOTE_("callback", )

/* Shared memory of at least `length` bytes: never copied, checked. */
#define flexos_shared(length) FLEXOS_NOTE_("shared", length)

/* A number or a cookie of the caller, which the provider never follows. */
#define flexos_opaque FLEXOS_NOTE_("opaque", )

/* With any of the above: NULL is a violation. Without it NULL is passed on. */
#define flexos_nonnull FLEXOS_NOTE_("nonnull", )

/* An array of `count` structures whose member `base` points to a buffer of member `length` bytes,
 * which the function reads (a struct iovec * of writev) or writes (readv: the result bounds what
 * is copied back, buffer after buffer). */
#define flexos_in_each(count, base, length) FLEXOS_NOTE_("in_each", count, base, length)
#define flexos_out_each(count, base, length) FLEXOS_NOTE_("out_each", count, base, length)

/* Together with flexos_in or flexos_inout on a pointer to a structure: its member `base` points to
 * a buffer of `length` bytes, where `length` may name members of the structure (struct msghdr). */
#define flexos_member_in(base, length) FLEXOS_NOTE_("member_in", base, length)
#define flexos_member_out(base, length) FLEXOS_NOTE_("member_out", base, length)
#define flexos_member_in_each(array, count, base, length)                                          \
    FLEXOS_NOTE_("member_in_each", array, count, base, length)
#define flexos_member_out_each(array, count, base, length)                                         \
    FLEXOS_NOTE_("member_out_each", array, count, base, length)

/* ---- Results and whole functions: write these after the parameter list. */

/* The result is a pointer: to shared memory; to an object of the provider; to memory that the call
 * gave to the caller (mmap); to a function (an entry thunk); or a number that looks like one. */
#define flexos_returns_shared FLEXOS_NOTE_("returns_shared", )
#define flexos_returns_handle FLEXOS_NOTE_("returns_handle", )
#define flexos_returns_own FLEXOS_NOTE_("returns_own", )
#define flexos_returns_callback FLEXOS_NOTE_("returns_callback", )
#define flexos_returns_opaque FLEXOS_NOTE_("returns_opaque", )

/* The result lies in shared memory and the caller must free it. Recorded in the audit report. */
#define flexos_owned_by_caller FLEXOS_NOTE_("owned_by_caller", )

/* Checked in the provider before it is entered: comparisons of lengths, joined by &&. */
#define flexos_precondition(condition) FLEXOS_NOTE_("precondition", condition)

#endif
