/* Paths of files as their own root sees them, and where the bytes of an executable come from.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "tables.h"

enum { SW_DEPTH = 64, SW_OVERLAY = 0x794c7630, SW_LINKS_NONE = 0 };

struct sw_walk {
  struct mount *mount, *root_mount;
  struct dentry *dentry, *root_dentry;
  u32 slot, at; /* `at`: where in the scratch what is written so far begins */
};

/* One step towards the root; 1 ends the walk. */
static long sw_step(u32 index, struct sw_walk *walk) {
  u32 slot = walk->slot, at = walk->at;
  struct dentry *dentry = walk->dentry;
  struct mount *mount = walk->mount;
  if (dentry == walk->root_dentry && mount == walk->root_mount) return 1;
  struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
  struct dentry *top = BPF_CORE_READ(mount, mnt.mnt_root);
  if (dentry == top || dentry == parent) {
    struct mount *above = BPF_CORE_READ(mount, mnt_parent);
    if (above == mount || !above || dentry != top) return 1;
    walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
    walk->mount = above;
    return 0;
  }
  u32 length = BPF_CORE_READ(dentry, d_name.len) & (SW_NAME_MOST - 1);
  struct sw_scratch *scratch = bpf_map_lookup_elem(&sw_scratches, &slot);
  if (!scratch || length + 1 > at) {
    sw_count(SW_COUNT_CUT);
    return 1;
  }
  at -= length;
  bpf_probe_read_kernel(&scratch->path[at & (SW_PATH - 1)], length,
                        BPF_CORE_READ(dentry, d_name.name));
  at -= 1;
  scratch->path[at & (SW_PATH - 1)] = '/';
  walk->at = at;
  walk->dentry = parent;
  return 0;
}

static __always_inline struct mount *sw_mount_of(struct vfsmount *mount) {
  return (struct mount *)((u64)mount - bpf_core_field_offset(struct mount, mnt));
}

/* Writes the file's path as `task` sees it into the scratch, from its end; answers with its length
   without the zero byte. Longer and deeper ones lose their beginning, which is counted: no rule
   names such a path. */
static __always_inline u32 sw_path_of(struct sw_scratch *scratch, u32 slot,
                                      struct task_struct *task, struct path *path) {
  struct sw_walk walk = {.slot = slot, .at = SW_PATH - 1};
  walk.root_mount = sw_mount_of(BPF_CORE_READ(task, fs, root.mnt));
  walk.root_dentry = BPF_CORE_READ(task, fs, root.dentry);
  walk.mount = sw_mount_of(BPF_CORE_READ(path, mnt));
  walk.dentry = BPF_CORE_READ(path, dentry);
  scratch->path[SW_PATH - 1] = 0;
  bpf_loop(SW_DEPTH, sw_step, &walk, 0);
  if (walk.at == SW_PATH - 1) {
    scratch->path[SW_PATH - 2] = '/';
    return 1;
  }
  return (SW_PATH - 1 - walk.at) & (SW_PATH - 1);
}

static __always_inline u64 sw_nanoseconds(s64 seconds, u32 rest) {
  return (u64)seconds * 1000000000ull + rest;
}
static __always_inline u64 sw_modified(struct inode *inode) {
  if (bpf_core_field_exists(inode->i_mtime_sec))
    return sw_nanoseconds(BPF_CORE_READ(inode, i_mtime_sec), BPF_CORE_READ(inode, i_mtime_nsec));
  struct inode___times *old = (struct inode___times *)inode;
  return sw_nanoseconds(BPF_CORE_READ(old, i_mtime.tv_sec), BPF_CORE_READ(old, i_mtime.tv_nsec));
}
static __always_inline u64 sw_changed(struct inode *inode) {
  if (bpf_core_field_exists(inode->i_ctime_sec))
    return sw_nanoseconds(BPF_CORE_READ(inode, i_ctime_sec), BPF_CORE_READ(inode, i_ctime_nsec));
  struct inode___times *old = (struct inode___times *)inode;
  if (bpf_core_field_exists(old->__i_ctime))
    return sw_nanoseconds(BPF_CORE_READ(old, __i_ctime.tv_sec),
                          BPF_CORE_READ(old, __i_ctime.tv_nsec));
  return sw_nanoseconds(BPF_CORE_READ(old, i_ctime.tv_sec), BPF_CORE_READ(old, i_ctime.tv_nsec));
}

/* Copied up: written to, unless size and time of writing are those of the image's file. Whoever
   can write can set the time back, so what denies does not believe it. */
static __always_inline u32 sw_copied_up(struct dentry *upper, struct dentry *lower) {
  struct inode *own = BPF_CORE_READ(upper, d_inode), *shipped = BPF_CORE_READ(lower, d_inode);
  bool same = own && shipped && BPF_CORE_READ(own, i_size) == BPF_CORE_READ(shipped, i_size) &&
              sw_modified(own) == sw_modified(shipped);
  return same ? SW_ORIGIN_TOUCHED : SW_ORIGIN_MODIFIED;
}

/* Where the file of an executable comes from (sw_origin). Source: linux 6.1 to 6.18,
   fs/overlayfs/ovl_entry.h. */
static __always_inline u32 sw_origin_of(struct inode *inode) {
  if (BPF_CORE_READ(inode, i_nlink) == SW_LINKS_NONE) return SW_ORIGIN_MEMORY;
  if (BPF_CORE_READ(inode, i_sb, s_magic) != SW_OVERLAY) return SW_ORIGIN_VOLUME;
  if (!bpf_core_type_exists(struct ovl_inode)) return SW_ORIGIN_UNKNOWN;
  struct ovl_inode *overlay =
      (struct ovl_inode *)((u64)inode - bpf_core_field_offset(struct ovl_inode, vfs_inode));
  struct dentry *upper = BPF_CORE_READ(overlay, __upperdentry), *lower = 0;
  if (!upper) return SW_ORIGIN_IMAGE;
  if (bpf_core_field_exists(overlay->oe)) {
    struct ovl_entry *entry = BPF_CORE_READ(overlay, oe);
    if (entry && BPF_CORE_READ(entry, __numlower) > 0)
      bpf_core_read(&lower, sizeof lower, &entry->__lowerstack[0].dentry);
  } else {
    struct ovl_inode___old *old = (struct ovl_inode___old *)overlay;
    lower = BPF_CORE_READ(old, lowerpath.dentry);
  }
  return lower ? sw_copied_up(upper, lower) : SW_ORIGIN_NEW;
}
