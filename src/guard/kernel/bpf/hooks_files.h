/* Kernel hooks of executables, files and devices.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "hooks.h"

SEC("lsm/bprm_check_security")
int BPF_PROG(sw_hook_exec, struct linux_binprm *bprm) {
  u64 group = sw_own_group();
  struct sw_container *container = bpf_map_lookup_elem(&sw_containers, &group);
  if (!container || container->profile == 0) return 0;
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  if (!sw_armed(task) && !sw_inside(task)) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  u32 slot = 0;
  struct sw_scratch *scratch = profile ? sw_acquire(&slot) : 0;
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    if (container->flags & SW_ENFORCE) return -SW_EPERM;
    return 0;
  }
  struct file *file = BPF_CORE_READ(bprm, file);
  u32 origin = sw_origin_of(BPF_CORE_READ(file, f_inode));
  u32 length = sw_path_of(scratch, slot, task, &file->f_path);
  u32 what = sw_judge_exec(scratch, container, profile, origin, length,
                           BPF_CORE_READ(bprm, filename));
  bool denied = false;
  if (what) {
    struct sw_speech speech = {.what = what, .origin = origin, .path = length};
    denied = sw_deny(scratch, container, group, &speech);
  }
  sw_release(scratch);
  if (denied) return -SW_EPERM;
  return 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(sw_hook_map, struct file *file, unsigned long asked, unsigned long protection,
             unsigned long flags) {
  if (!file || !(protection & SW_PROT_EXEC)) return 0;
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->rules & SW_RULE_MAPPED)) return 0;
  u32 origin = sw_origin_of(BPF_CORE_READ(file, f_inode));
  if (!sw_judge_origin(profile, origin)) return 0;
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    if (container->flags & SW_ENFORCE) return -SW_EPERM;
    return 0;
  }
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  struct sw_speech speech = {.what = SW_WHAT_MAPPED, .origin = origin};
  speech.path = sw_path_of(scratch, slot, task, &file->f_path);
  bool denied = sw_deny(scratch, container, group, &speech);
  sw_release(scratch);
  if (denied) return -SW_EPERM;
  return 0;
}

/* The name just below the root of the file system: "sys" of /proc/sys/kernel/core_pattern. */
static __always_inline u32 sw_top_is_setting(struct dentry *dentry) {
  char name[16] = {};
  struct dentry *top = dentry;
  for (int i = 0; i < 12; ++i) {
    struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
    if (parent == dentry) break;
    top = dentry;
    dentry = parent;
  }
  bpf_probe_read_kernel_str(name, sizeof name, BPF_CORE_READ(top, d_name.name));
  u32 sys = (name[0] == 's') & (name[1] == 'y') & (name[2] == 's');
  u32 whole = (name[3] == 0) | (name[3] == 'r'); /* "sys", "sysrq-trigger" */
  return sys & whole;
}

static __always_inline bool sw_is_setting(struct file *file) {
  u64 magic = BPF_CORE_READ(file, f_inode, i_sb, s_magic);
  if (magic == SW_MAGIC_PROC) return sw_top_is_setting(BPF_CORE_READ(file, f_path.dentry));
  return (magic == SW_MAGIC_SYSFS) | (magic == SW_MAGIC_CGROUP) | (magic == SW_MAGIC_CGROUP2);
}

SEC("lsm/file_open")
int BPF_PROG(sw_hook_open, struct file *file) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile) return 0;
  u32 wanted = BPF_CORE_READ(file, f_mode) & (SW_FMODE_READ | SW_FMODE_WRITE);
  u32 mode = BPF_CORE_READ(file, f_inode, i_mode) & SW_S_IFMT;
  struct sw_speech speech = {.argument = wanted};
  if ((profile->denies & SW_DENY_DEVICES) && mode == SW_S_IFBLK)
    speech.what = SW_WHAT_DEVICE;
  else if ((profile->denies & SW_DENY_SETTINGS) && (wanted & SW_FMODE_WRITE) &&
           sw_is_setting(file))
    speech.what = SW_WHAT_SETTING;
  else if (!(profile->rules & SW_RULE_FILES))
    return 0;
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    if (container->flags & SW_ENFORCE) return -SW_EPERM;
    return 0;
  }
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  speech.path = sw_path_of(scratch, slot, task, &file->f_path);
  if (!speech.what)
    speech.what = sw_judge_file(scratch, container, profile, speech.path, wanted);
  bool denied = speech.what && sw_deny(scratch, container, group, &speech);
  sw_release(scratch);
  if (denied) return -SW_EPERM;
  return 0;
}

/* Overlays make devices 0:0 themselves, to hide what was deleted. */
SEC("lsm/inode_mknod")
int BPF_PROG(sw_hook_node, struct inode *folder, struct dentry *dentry, u32 mode, u32 device) {
  u32 kind = mode & SW_S_IFMT;
  bool is_device = (kind == SW_S_IFBLK) | (kind == SW_S_IFCHR);
  if (!is_device || device == 0) return 0;
  if (sw_refuse_privilege(SW_DENY_DEVICES, SW_WHAT_DEVICE, device)) return -SW_EPERM;
  return 0;
}
