/* Kernel hooks of other processes, mounts, namespaces, modules, bpf, perf and capabilities.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "hooks.h"

/* Reading /proc of others, joining their namespaces and ptrace itself all ask this. */
SEC("lsm/ptrace_access_check")
int BPF_PROG(sw_hook_trace, struct task_struct *other, unsigned int mode) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile) return 0;
  u32 attach = mode & 2, what = 0; /* PTRACE_MODE_ATTACH */
  u64 of_other = sw_group_of(other);
  struct sw_container *its = bpf_map_lookup_elem(&sw_containers, &of_other);
  bool own = of_other == group || (its && its->profile == container->profile);
  if ((profile->denies & SW_DENY_OTHERS) && !own)
    what = SW_WHAT_OTHERS;
  else if ((profile->denies & SW_DENY_TRACE) && attach)
    what = SW_WHAT_TRACE;
  if (!what) return 0;
  struct sw_speech speech = {.what = what, .argument = BPF_CORE_READ(other, tgid)};
  if (sw_refuse(container, group, &speech)) return -SW_EPERM;
  return 0;
}

SEC("lsm/task_kill")
int BPF_PROG(sw_hook_kill, struct task_struct *other, void *info, int signal,
             const struct cred *cred) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->denies & SW_DENY_OTHERS)) return 0;
  u64 of_other = sw_group_of(other);
  struct sw_container *its = bpf_map_lookup_elem(&sw_containers, &of_other);
  if (of_other == group || (its && its->profile == container->profile)) return 0;
  /* A child's end is told to a parent outside, as a runtime's shim is. */
  if (signal == 17) return 0; /* SIGCHLD */
  struct sw_speech speech = {.what = SW_WHAT_OTHERS, .argument = signal};
  if (sw_refuse(container, group, &speech)) return -SW_EPERM;
  return 0;
}

SEC("lsm/bpf")
int BPF_PROG(sw_hook_bpf, int command, void *attributes, unsigned int size) {
  if (sw_refuse_privilege(SW_DENY_BPF, SW_WHAT_BPF, command)) return -SW_EPERM;
  return 0;
}

SEC("lsm/perf_event_open")
int BPF_PROG(sw_hook_perf, void *attributes, int type) {
  if (sw_refuse_privilege(SW_DENY_PERF, SW_WHAT_PERF, type)) return -SW_EPERM;
  return 0;
}

SEC("lsm/userns_create")
int BPF_PROG(sw_hook_namespace, const struct cred *cred) {
  if (sw_refuse_privilege(SW_DENY_NAMESPACES, SW_WHAT_NAMESPACE, 0)) return -SW_EPERM;
  return 0;
}

SEC("lsm/sb_mount")
int BPF_PROG(sw_hook_mount, const char *device, const struct path *path, const char *type,
             unsigned long flags, void *data) {
  if (sw_refuse_privilege(SW_DENY_MOUNT, SW_WHAT_MOUNT, flags)) return -SW_EPERM;
  return 0;
}

SEC("lsm/move_mount")
int BPF_PROG(sw_hook_move_mount, const struct path *from, const struct path *to) {
  if (sw_refuse_privilege(SW_DENY_MOUNT, SW_WHAT_MOUNT, 0)) return -SW_EPERM;
  return 0;
}

SEC("lsm/sb_umount")
int BPF_PROG(sw_hook_unmount, struct vfsmount *mount, int flags) {
  if (sw_refuse_privilege(SW_DENY_MOUNT, SW_WHAT_MOUNT, flags)) return -SW_EPERM;
  return 0;
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(sw_hook_pivot, const struct path *from, const struct path *to) {
  if (sw_refuse_privilege(SW_DENY_MOUNT, SW_WHAT_MOUNT, 0)) return -SW_EPERM;
  return 0;
}

enum { SW_READING_MODULE = 2, SW_LOADING_MODULE = 2 }; /* linux/kernel_read_file.h, 6.1 to 6.18 */

SEC("lsm/kernel_read_file")
int BPF_PROG(sw_hook_read_module, struct file *file, int id, bool contents) {
  if (id != SW_READING_MODULE) return 0;
  if (sw_refuse_privilege(SW_DENY_MODULES, SW_WHAT_MODULE, id)) return -SW_EPERM;
  return 0;
}

SEC("lsm/kernel_load_data")
int BPF_PROG(sw_hook_load_module, int id, bool contents) {
  if (id != SW_LOADING_MODULE) return 0;
  if (sw_refuse_privilege(SW_DENY_MODULES, SW_WHAT_MODULE, id)) return -SW_EPERM;
  return 0;
}

/* The system call that the running task is in. */
static __always_inline int sw_running_call(void) {
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_arm64)
  return BPF_CORE_READ(registers, syscallno);
#else
  return BPF_CORE_READ(registers, orig_ax);
#endif
}
#if defined(__TARGET_ARCH_arm64)
enum { SW_CALL_UNSHARE = 97, SW_CALL_SETNS = 268, SW_CALL_CLONE = 220, SW_CALL_CLONE3 = 435 };
#else
enum { SW_CALL_UNSHARE = 272, SW_CALL_SETNS = 308, SW_CALL_CLONE = 56, SW_CALL_CLONE3 = 435 };
#endif

/* Only what the task itself uses: file systems do their own work with other credentials. What it
   does not have, the kernel refuses. */
SEC("lsm/capable")
int BPF_PROG(sw_hook_capable, const struct cred *cred, void *space, int capability,
             unsigned int options) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  if (cred != BPF_CORE_READ(task, real_cred)) return 0;
  u64 effective = 0, bit = 1ull << (capability & 63);
  bpf_core_read(&effective, sizeof effective, &cred->cap_effective);
  if (!(effective & bit)) return 0;
  bool quiet = options & SW_CAP_OPT_NOAUDIT;
  if ((container->flags & SW_LEARN) && !quiet) {
    struct sw_learned *learned = bpf_map_lookup_elem(&sw_learning, &group);
    if (learned) __sync_fetch_and_or(&learned->capabilities, bit);
  }
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile) return 0;
  u32 what = 0;
  u64 argument = capability;
  if ((profile->rules & SW_RULE_CAPABILITIES) && !(profile->capabilities & bit)) {
    what = SW_WHAT_CAPABILITY;
  } else if ((profile->denies & SW_DENY_NAMESPACES) && capability == SW_CAP_SYS_ADMIN) {
    int call = sw_running_call();
    bool asks = (call == SW_CALL_UNSHARE) | (call == SW_CALL_SETNS) | (call == SW_CALL_CLONE) |
                (call == SW_CALL_CLONE3);
    if (asks) what = SW_WHAT_NAMESPACE;
    argument = call;
  }
  if (!what) return 0;
  if (quiet) {
    if (container->flags & SW_ENFORCE) return -SW_EPERM;
    return 0;
  }
  struct sw_speech speech = {.what = what, .argument = argument};
  if (sw_refuse(container, group, &speech)) return -SW_EPERM;
  return 0;
}
