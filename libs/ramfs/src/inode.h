/* SPDX-License-Identifier: BSD-3-Clause */
/* The data structures of ramfs.
 *
 * A node number is slot + generation: an inode's slot is used again, its number is not. An inode
 * lives while it has links or is open. A directory has one name; it knows its parent, and `links`
 * counts as in Linux: 2 + subdirectories, 0 when removed.
 *
 * Directory entries stand in an array in the order of their cookies (ever increasing), so a listing
 * that goes on after changes misses nothing that stayed and repeats nothing; removed entries leave
 * a gap until half of the array is gaps. A hash table of slots finds names.
 *
 * Contents are pages in a radix tree; a missing page reads as zeros. Bytes behind the end of the
 * file inside its last page are zero. */
#ifndef RAMFS_INODE_H
#define RAMFS_INODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/vfs.h>

#define PAGE 4096u
#define RADIX_BITS 9
#define RADIX (1u << RADIX_BITS)
#define SIZE_MAX_FILE 0x7fffffffffffffffull

struct content {
    void *root; /* a page when height is 0, else a table of RADIX pointers */
    unsigned height;
    uint64_t pages;
};

struct entry {
    uint64_t cookie;
    uint64_t node;
    uint32_t hash;
    uint8_t type; /* DT_* */
    uint8_t length;
    char name[];
};

struct directory {
    struct entry **entries; /* by cookie; NULL = gap */
    size_t used, capacity, live;
    uint32_t *table; /* open addressing: index + 1 into entries, 0 = free, TOMBSTONE */
    size_t table_size, table_filled;
    uint64_t last_cookie, parent;
};

struct inode {
    struct vfs_attributes attributes; /* node 0: the slot is free */
    uint32_t generation, opens;
    union {
        struct content content; /* regular file */
        struct directory directory;
        char *target;       /* symbolic link; attributes.size is its length */
        uint32_t next_free; /* slot + 1 */
    };
};

/* inode.c */
struct inode *inode_of(uint64_t node); /* NULL: -ESTALE. Valid until the next inode_new. */
struct inode *inode_new(unsigned mode);
void inode_unused(struct inode *inode); /* frees it if nothing refers to it */
uint64_t inode_bytes(void);             /* of contents, in all */
void inode_account(int64_t bytes);
#define TOUCH_ATIME 1u
#define TOUCH_MTIME 2u
#define TOUCH_CTIME 4u
void inode_touch(struct inode *inode, unsigned which);
extern uint64_t inode_count;

/* content.c */
char *content_page(struct content *content, uint64_t index); /* NULL: a hole */
char *content_page_make(struct content *content, uint64_t index,
                        bool whole); /* whole: need not be zeroed */
void content_cut(struct content *content, uint64_t first,
                 uint64_t end); /* frees pages [first, end) */
void content_free(struct content *content);

/* directory.c */
struct entry *directory_find(struct directory *directory, const char *name);
int directory_add(struct directory *directory, const char *name, uint64_t node, unsigned mode);
void directory_remove(struct directory *directory, struct entry *entry);
void directory_free(struct directory *directory);
const char *directory_name_of(const struct directory *directory, uint64_t node); /* NULL */
size_t directory_after(const struct directory *directory, uint64_t cookie);      /* index */

/* names.c */
struct inode *directory_of(uint64_t node,
                           int *error); /* a directory that still has a name, or NULL */
void directory_changed(struct inode *dir, int entries,
                       int subdirectories); /* how many came, went */
void drop_link(struct inode *inode);        /* which may end its life */

/* data.c, names.c, rename.c, list.c: the operations; register.c hands them to vfs */
vfs_lookup_function ramfs_lookup;
vfs_get_function ramfs_get;
vfs_set_function ramfs_set;
vfs_create_function ramfs_create;
vfs_symlink_function ramfs_symlink;
vfs_readlink_function ramfs_readlink;
vfs_link_function ramfs_link;
vfs_remove_function ramfs_remove;
vfs_rename_function ramfs_rename;
vfs_list_function ramfs_list;
vfs_name_function ramfs_name;
vfs_open_function ramfs_open;
vfs_close_function ramfs_close;
vfs_read_function ramfs_read;
vfs_write_function ramfs_write;
vfs_allocate_function ramfs_allocate;
vfs_space_function ramfs_space;

#endif
