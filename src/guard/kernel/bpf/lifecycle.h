/* Control groups and processes as they come and go; where kernel hooks are refused, executables
   are judged here: the process is killed before its first instruction.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "judge.h"

/* Set before loading: no hook judges executables. */
const volatile bool sw_kill_at_exec = false;

static const struct sw_learned sw_nothing = {};

enum { SW_ID = 64, SW_SCOPE = 6 }; /* a container's id; ".scope" */

/* Where the id stands in the group's name ("<id>", "docker-<id>.scope"); -1: it holds none. */
static __always_inline int sw_id_in(long length) {
  if (length == SW_ID) return 0;
  return length > SW_ID + SW_SCOPE && length < SW_NAME_MOST ? length - SW_ID - SW_SCOPE : -1;
}

static __always_inline void sw_tell_group(struct sw_scratch *scratch, struct kernfs_node *node,
                                          u64 id, s64 came) {
  struct sw_group *group = (struct sw_group *)scratch->record;
  sw_head(&group->record, SW_GROUP, (struct task_struct *)bpf_get_current_task_btf(), id, 0);
  group->record.result = came;
  u32 end = sw_append_text(scratch, sizeof *group, BPF_CORE_READ(node, name));
  group->name = end - sizeof *group;
  sw_send(scratch, end, id, 0);
}

/* Rules are bound before anything can run in the group: those that wait for the container's id,
   else those of the group above. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(sw_on_group, struct cgroup *group, const char *path) {
  if (BPF_CORE_READ(group, root, hierarchy_id) != sw_layout.hierarchy) return 0;
  struct kernfs_node *node = BPF_CORE_READ(group, kn);
  u64 id = BPF_CORE_READ(node, id), above = sw_parent_of(node);
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(id, SW_COUNT_LOST_SCRATCH);
    return 0;
  }
  long size = bpf_probe_read_kernel_str(scratch->path, SW_NAME_MOST, BPF_CORE_READ(node, name));
  int at = sw_id_in(size - 1);
  struct sw_container *container = 0;
  if (at >= 0) {
    __builtin_memset(&scratch->group_name, 0, sizeof scratch->group_name);
    bpf_probe_read_kernel(scratch->group_name.text, SW_ID, &scratch->path[at & 255]);
    container = bpf_map_lookup_elem(&sw_pending, &scratch->group_name);
  }
  if (!container) container = bpf_map_lookup_elem(&sw_containers, &above);
  if (container) {
    struct sw_container own = *container;
    bpf_map_update_elem(&sw_containers, &id, &own, BPF_ANY);
    if (own.flags & SW_LEARN) bpf_map_update_elem(&sw_learning, &id, &sw_nothing, BPF_NOEXIST);
  }
  sw_tell_group(scratch, node, id, 1);
  sw_release(scratch);
  return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(sw_on_group_gone, struct cgroup *group, const char *path) {
  if (BPF_CORE_READ(group, root, hierarchy_id) != sw_layout.hierarchy) return 0;
  struct kernfs_node *node = BPF_CORE_READ(group, kn);
  u64 id = BPF_CORE_READ(node, id);
  bpf_map_delete_elem(&sw_containers, &id);
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) return 0;
  sw_tell_group(scratch, node, id, 0);
  sw_release(scratch);
  return 0;
}

static __always_inline u32 sw_inner_pid(struct task_struct *task) {
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  u32 level = BPF_CORE_READ(pid, level) & 31;
  u32 number = 0;
  bpf_core_read(&number, sizeof number, &pid->numbers[level].nr);
  return number;
}

static __always_inline u32 sw_leader(struct signal_struct *signal, int type) {
  struct pid *pid = 0;
  bpf_core_read(&pid, sizeof pid, &signal->pids[type]);
  u32 number = 0;
  bpf_core_read(&number, sizeof number, &pid->numbers[0].nr);
  return number;
}

static __always_inline u32 sw_terminal(struct signal_struct *signal) {
  struct tty_struct *tty = BPF_CORE_READ(signal, tty);
  if (!tty) return 0;
  u32 major = BPF_CORE_READ(tty, driver, major);
  u32 minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
  return (major << 20) | (minor & 0xfffff);
}

static __always_inline u32 sw_login_uid(struct task_struct *task) {
  if (!bpf_core_field_exists(task->loginuid)) return ~0u;
  return BPF_CORE_READ(task, loginuid.val);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sw_on_fork, struct task_struct *parent, struct task_struct *child) {
  if (sw_armed(parent)) sw_arm(child);
  if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid)) return 0;
  struct sw_fork fork;
  u64 group = sw_group_of(child);
  sw_head(&fork.record, SW_FORK, child, group, sizeof fork);
  fork.started = BPF_CORE_READ(child, start_boottime);
  fork.parent = BPF_CORE_READ(parent, tgid);
  fork.inner_pid = sw_inner_pid(child);
  if (bpf_ringbuf_output(&sw_ring, &fork, sizeof fork, BPF_RB_NO_WAKEUP) != 0)
    sw_lose(group, SW_COUNT_LOST_RING);
  else
    sw_count(SW_COUNT_EVENTS);
  return 0;
}

/* Takes in what ran before the guard: all that is inside its container's root is armed. */
SEC("iter/task")
int sw_take_in(struct bpf_iter__task *walk) {
  struct task_struct *task = walk->task;
  if (!task) return 0;
  u64 group = sw_group_of(task);
  if (bpf_map_lookup_elem(&sw_containers, &group) && sw_inside(task)) sw_arm(task);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sw_on_exit, struct task_struct *task) {
  if (BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid)) return 0;
  struct sw_record record;
  u64 group = sw_group_of(task);
  sw_head(&record, SW_EXIT, task, group, sizeof record);
  if (bpf_ringbuf_output(&sw_ring, &record, sizeof record, BPF_RB_NO_WAKEUP) != 0)
    sw_lose(group, SW_COUNT_LOST_RING);
  else
    sw_count(SW_COUNT_EVENTS);
  return 0;
}

static __always_inline void sw_fill_exec(struct sw_exec *exec, struct task_struct *task,
                                         struct inode *inode) {
  exec->started = BPF_CORE_READ(task, start_boottime);
  exec->inode = BPF_CORE_READ(inode, i_ino);
  exec->device = BPF_CORE_READ(inode, i_sb, s_dev);
  exec->changed = sw_changed(inode);
  exec->modified = sw_modified(inode);
  const struct cred *cred = BPF_CORE_READ(task, cred);
  exec->effective = exec->permitted = 0;
  bpf_core_read(&exec->effective, sizeof exec->effective, &cred->cap_effective);
  bpf_core_read(&exec->permitted, sizeof exec->permitted, &cred->cap_permitted);
  exec->uid = BPF_CORE_READ(cred, uid.val);
  exec->gid = BPF_CORE_READ(cred, gid.val);
  exec->login_uid = sw_login_uid(task);
  exec->mount_namespace = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
  exec->parent = BPF_CORE_READ(task, real_parent, tgid);
  exec->inner_pid = sw_inner_pid(task);
  struct signal_struct *signal = BPF_CORE_READ(task, signal);
  exec->group = sw_leader(signal, 2);
  exec->session = sw_leader(signal, 3);
  exec->terminal = sw_terminal(signal);
  bpf_core_read(&exec->name, sizeof exec->name, &task->comm);
}

/* Appends the words of the command line as they are: a zero byte behind each. */
static __always_inline u32 sw_append_arguments(struct sw_scratch *scratch, u32 at,
                                               struct task_struct *task) {
  unsigned long start = BPF_CORE_READ(task, mm, arg_start);
  unsigned long size = BPF_CORE_READ(task, mm, arg_end) - start;
  if (size > SW_ARGUMENTS - 1) {
    size = SW_ARGUMENTS - 1;
    sw_count(SW_COUNT_CUT);
  }
  size &= SW_ARGUMENTS - 1;
  SW_HIDE(at);
  if (at > SW_RECORD_MOST - SW_ARGUMENTS) return at;
  if (bpf_probe_read_user(&scratch->record[at], size, (void *)start) != 0) return at;
  return at + size;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sw_on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm) {
  u64 group = sw_group_of(task);
  struct sw_container *container = bpf_map_lookup_elem(&sw_containers, &group);
  bool judged = false;
  if (container) {
    judged = sw_armed(task) || sw_inside(task);
    if (judged) sw_arm(task);
  }
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    if (judged && sw_kill_at_exec && (container->flags & SW_ENFORCE)) bpf_send_signal(9);
    return 0;
  }
  struct file *file = BPF_CORE_READ(bprm, file);
  struct inode *inode = BPF_CORE_READ(file, f_inode);
  u32 origin = sw_origin_of(inode);
  struct sw_exec *exec = (struct sw_exec *)scratch->record;
  sw_head(&exec->record, SW_EXEC, task, group, 0);
  sw_fill_exec(exec, task, inode);
  exec->origin = origin;
  u32 at = sizeof *exec, from = at;
  u32 length = sw_path_of(scratch, slot, task, &file->f_path);
  at = sw_append_path(scratch, at, length);
  exec->executable = at - from;
  from = at;
  at = sw_append_text(scratch, at, BPF_CORE_READ(bprm, filename));
  exec->filename = at - from;
  from = at;
  u32 directory = sw_path_of(scratch, slot, task, &task->fs->pwd);
  at = sw_append_path(scratch, at, directory);
  exec->directory = at - from;
  from = at;
  at = sw_append_arguments(scratch, at, task);
  exec->arguments = at - from;
  sw_send(scratch, at, group, BPF_RB_NO_WAKEUP);
  if (judged && sw_kill_at_exec) {
    struct sw_profile *profile = sw_profile_of(container);
    length = sw_path_of(scratch, slot, task, &file->f_path);
    u32 what = profile ? sw_judge_exec(scratch, container, profile, origin, length,
                                       BPF_CORE_READ(bprm, filename))
                       : 0;
    if (what) {
      struct sw_speech speech = {.what = what, .origin = origin, .path = length};
      if (sw_deny(scratch, container, group, &speech)) bpf_send_signal(9);
    }
  }
  sw_release(scratch);
  return 0;
}
