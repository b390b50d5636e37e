/* Which container a task is in, and whether its rules hold for it yet.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "tables.h"

static __always_inline struct kernfs_node *sw_node_of(struct task_struct *task) {
  struct css_set *set = BPF_CORE_READ(task, cgroups);
  if (sw_layout.controller < 0) return BPF_CORE_READ(set, dfl_cgrp, kn);
  struct cgroup_subsys_state *state = 0;
  int controller = sw_layout.controller & 15;
  bpf_core_read(&state, sizeof state, &set->subsys[controller]);
  return BPF_CORE_READ(state, cgroup, kn);
}

static __always_inline u64 sw_group_of(struct task_struct *task) {
  return BPF_CORE_READ(sw_node_of(task), id);
}

static __always_inline u64 sw_own_group(void) {
  if (sw_layout.controller < 0) return bpf_get_current_cgroup_id();
  return sw_group_of((struct task_struct *)bpf_get_current_task_btf());
}

static __always_inline u64 sw_parent_of(struct kernfs_node *node) {
  if (bpf_core_field_exists(node->__parent)) return BPF_CORE_READ(node, __parent, id);
  struct kernfs_node___old *old = (struct kernfs_node___old *)node;
  struct kernfs_node *parent = (struct kernfs_node *)BPF_CORE_READ(old, parent);
  return BPF_CORE_READ(parent, id);
}

/* Whether the task's root is another than the host's. */
static __always_inline bool sw_inside(struct task_struct *task) {
  struct inode *inode = BPF_CORE_READ(task, fs, root.dentry, d_inode);
  return BPF_CORE_READ(inode, i_ino) != sw_layout.root_inode ||
         BPF_CORE_READ(inode, i_sb, s_dev) != sw_layout.root_device;
}

static __always_inline bool sw_armed(struct task_struct *task) {
  struct sw_task *own = bpf_task_storage_get(&sw_tasks, task, 0, 0);
  return own && own->armed;
}

static __always_inline void sw_arm(struct task_struct *task) {
  struct sw_task *own = bpf_task_storage_get(&sw_tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (own) own->armed = 1;
}

/* The container's state where its rules hold for the running task; null otherwise. */
static __always_inline struct sw_container *sw_judged(u64 *group) {
  *group = sw_own_group();
  struct sw_container *container = bpf_map_lookup_elem(&sw_containers, group);
  if (!container || container->profile == 0) return 0;
  return sw_armed((struct task_struct *)bpf_get_current_task_btf()) ? container : 0;
}

static __always_inline struct sw_profile *sw_profile_of(struct sw_container *container) {
  u32 profile = container->profile;
  return bpf_map_lookup_elem(&sw_profiles, &profile);
}
