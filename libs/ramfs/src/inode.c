/* SPDX-License-Identifier: BSD-3-Clause */
/* Node numbers and the life of inodes. The table is in blocks that never move, so an inode's
 * address is stable. */
#include "inode.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/time.h>

#define BLOCK 256u
#define BLOCKS_MAX 65536u
#define NS_PER_S 1000000000u

static struct inode *blocks[BLOCKS_MAX];
static uint32_t slots, free_list; /* free_list: slot + 1, 0 = empty */
static uint64_t bytes;
uint64_t inode_count;

static struct inode *slot_at(uint32_t slot) {
    return &blocks[slot / BLOCK][slot % BLOCK];
}

struct inode *inode_of(uint64_t node) {
    uint32_t slot = (uint32_t)node - 1;
    struct inode *inode;

    if (slot >= slots) {
        return NULL;
    }
    inode = slot_at(slot);
    return inode->attributes.node == node ? inode : NULL;
}

static struct inode *take_slot(uint32_t *slot) {
    struct inode *inode;

    if (free_list) {
        *slot = free_list - 1;
        inode = slot_at(*slot);
        free_list = inode->next_free;
        return inode;
    }
    if (slots % BLOCK == 0) {
        if (slots / BLOCK == BLOCKS_MAX ||
            !(blocks[slots / BLOCK] = calloc(BLOCK, sizeof(*inode)))) {
            return NULL;
        }
    }
    *slot = slots++;
    return slot_at(*slot);
}

struct inode *inode_new(unsigned mode) {
    uint32_t slot, generation;
    struct inode *inode = take_slot(&slot);

    if (!inode) {
        return NULL;
    }
    generation = inode->generation;
    memset(inode, 0, sizeof(*inode));
    inode->generation = generation;
    inode->attributes.node = (uint64_t)generation << 32 | (slot + 1);
    inode->attributes.mode = mode;
    inode->attributes.block_size = PAGE;
    inode_touch(inode, TOUCH_ATIME | TOUCH_MTIME | TOUCH_CTIME);
    inode_count++;
    return inode;
}

void inode_unused(struct inode *inode) {
    uint32_t slot;

    if (inode->attributes.links || inode->opens) {
        return;
    }
    if (S_ISREG(inode->attributes.mode)) {
        inode_account(-(int64_t)(inode->content.pages * PAGE));
        content_free(&inode->content);
    } else if (S_ISDIR(inode->attributes.mode)) {
        directory_free(&inode->directory);
    } else if (S_ISLNK(inode->attributes.mode)) {
        free(inode->target);
    }
    slot = (uint32_t)inode->attributes.node - 1;
    inode->generation = (inode->generation + 1) & 0x7fffffff;
    inode->attributes.node = 0;
    inode->next_free = free_list;
    free_list = slot + 1;
    inode_count--;
}

uint64_t inode_bytes(void) {
    return bytes;
}

void inode_account(int64_t difference) {
    bytes += (uint64_t)difference;
}

void inode_touch(struct inode *inode, unsigned which) {
    uint64_t now = flexos_wall_ns();
    int64_t seconds = (int64_t)(now / NS_PER_S);
    uint32_t ns = (uint32_t)(now % NS_PER_S);

    if (which & TOUCH_ATIME) {
        inode->attributes.atime_s = seconds;
        inode->attributes.atime_ns = ns;
    }
    if (which & TOUCH_MTIME) {
        inode->attributes.mtime_s = seconds;
        inode->attributes.mtime_ns = ns;
    }
    if (which & TOUCH_CTIME) {
        inode->attributes.ctime_s = seconds;
        inode->attributes.ctime_ns = ns;
    }
}
