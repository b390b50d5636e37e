/* System calls: counted by number while a container is learned, and those that rules ask for sent
   up when they end. Attached only while somebody needs them: the tracepoints cost every system call
   of the host.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "record.h"

static __always_inline bool sw_has_call(const struct sw_calls *calls, u32 number) {
  return calls->bits[(number >> 6) & (SW_CALLS / 64 - 1)] & (1ull << (number & 63));
}

/* What the runtime does before its filter stands is no need of the image. */
SEC("tp_btf/sys_enter")
int BPF_PROG(sw_on_call, struct pt_regs *registers, long number) {
  u64 group = sw_own_group();
  struct sw_learned *learned = bpf_map_lookup_elem(&sw_learning, &group);
  if (!learned || number < 0 || number >= SW_CALLS) return 0;
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  if (BPF_CORE_READ(task, seccomp.mode) == 0 && !sw_armed(task)) return 0;
  if (sw_has_call(&learned->calls, number)) return 0;
  u64 bit = 1ull << (number & 63);
  __sync_fetch_and_or(&learned->calls.bits[(number >> 6) & (SW_CALLS / 64 - 1)], bit);
  return 0;
}

static __always_inline u64 sw_argument(struct pt_regs *registers, int index) {
#if defined(__TARGET_ARCH_arm64)
  if (index == 0) return BPF_CORE_READ(registers, orig_x0);
  return BPF_CORE_READ(registers, regs[index & 7]);
#else
  switch (index) {
    case 0: return BPF_CORE_READ(registers, di);
    case 1: return BPF_CORE_READ(registers, si);
    case 2: return BPF_CORE_READ(registers, dx);
    case 3: return BPF_CORE_READ(registers, r10);
    case 4: return BPF_CORE_READ(registers, r8);
    default: return BPF_CORE_READ(registers, r9);
  }
#endif
}

static __always_inline u32 sw_call_number(struct pt_regs *registers) {
#if defined(__TARGET_ARCH_arm64)
  return BPF_CORE_READ(registers, syscallno);
#else
  return BPF_CORE_READ(registers, orig_ax);
#endif
}

/* How a system call's arguments are read: which hold a descriptor or a path. Filled by user space
   for every call that is wanted. */
enum {
  SW_READS_RESULT = 1 << 0, /* the result is a descriptor */
  SW_READS_FIRST = 1 << 1,  /* the first argument is one */
  SW_READS_PATH = 1 << 4,   /* + argument's index << 8: a path */
  SW_READS_SECOND = 1 << 5, /* + argument's index << 12: another */
  SW_READS_ADDRESS = 1 << 6, /* the second argument is a socket address */
  SW_READS_FAILED = 1 << 7,  /* failed ones are wanted, too */
};
SW_TABLE(sw_readings, BPF_MAP_TYPE_ARRAY, SW_CALLS, u32, u32, 0);

static __always_inline struct file *sw_file_of(struct task_struct *task, u32 number) {
  struct fdtable *table = BPF_CORE_READ(task, files, fdt);
  if (number >= BPF_CORE_READ(table, max_fds)) return 0;
  struct file **files = BPF_CORE_READ(table, fd), *file = 0;
  bpf_probe_read_kernel(&file, sizeof file, files + number);
  return file;
}

enum { SW_S_IFSOCK = 0140000, SW_FORMAT = 0170000 };

static __always_inline void sw_fill_socket(struct sw_call *call, struct file *file) {
  struct socket *socket = BPF_CORE_READ(file, private_data);
  struct sock *sock = BPF_CORE_READ(socket, sk);
  call->family = BPF_CORE_READ(sock, __sk_common.skc_family);
  call->socket_type = BPF_CORE_READ(socket, type);
  call->protocol = BPF_CORE_READ(sock, sk_protocol);
  if (call->family != 2 && call->family != 10) return;
  call->local_port = BPF_CORE_READ(sock, __sk_common.skc_num);
  call->remote_port = __builtin_bswap16(BPF_CORE_READ(sock, __sk_common.skc_dport));
  if (call->family == 2) {
    u32 remote = BPF_CORE_READ(sock, __sk_common.skc_daddr);
    u32 local = BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr);
    __builtin_memcpy(call->remote, &remote, sizeof remote);
    __builtin_memcpy(call->local, &local, sizeof local);
  } else {
    bpf_core_read(call->remote, sizeof call->remote, &sock->__sk_common.skc_v6_daddr);
    bpf_core_read(call->local, sizeof call->local, &sock->__sk_common.skc_v6_rcv_saddr);
  }
}

/* Where no connection stands (or none does yet), the address that was asked for. For a unix socket
   its path, appended as the file's raw name. */
static __always_inline u32 sw_fill_asked(struct sw_scratch *scratch, struct sw_call *call, u32 at,
                                         u64 address) {
  u16 family = 0;
  if (address == 0 || bpf_probe_read_user(&family, sizeof family, (void *)address) != 0) return at;
  if (call->family == 0) call->family = family;
  if (family == 2 && call->remote_port == 0) {
    bpf_probe_read_user(&call->remote_port, 2, (void *)(address + 2));
    bpf_probe_read_user(call->remote, 4, (void *)(address + 4));
    call->remote_port = __builtin_bswap16(call->remote_port);
  } else if (family == 10 && call->remote_port == 0) {
    bpf_probe_read_user(&call->remote_port, 2, (void *)(address + 2));
    bpf_probe_read_user(call->remote, 16, (void *)(address + 8));
    call->remote_port = __builtin_bswap16(call->remote_port);
  } else if (family == 1) {
    SW_HIDE(at);
    if (at > SW_RECORD_MOST - SW_PATH) return at;
    long length = bpf_probe_read_user_str(&scratch->record[at], 108, (void *)(address + 2));
    if (length > 1) return at + (u32)length - 1;
  }
  return at;
}

static __always_inline u32 sw_append_asked(struct sw_scratch *scratch, u32 at, u64 text) {
  SW_HIDE(at);
  if (at > SW_RECORD_MOST - SW_PATH) return at;
  long length = bpf_probe_read_user_str(&scratch->record[at], SW_PATH, (void *)text);
  return length > 1 ? at + (u32)length - 1 : at;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sw_on_call_end, struct pt_regs *registers, long result) {
  u32 number = sw_call_number(registers), zero = 0;
  struct sw_calls *wanted = bpf_map_lookup_elem(&sw_wanted_calls, &zero);
  if (!wanted || number >= SW_CALLS || !sw_has_call(wanted, number)) return 0;
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  if (BPF_CORE_READ(task, tgid) == (int)sw_layout.own_pid) return 0;
  u32 *reading = bpf_map_lookup_elem(&sw_readings, &number);
  if (!reading || (result < 0 && !(*reading & SW_READS_FAILED))) return 0;
  u64 group = sw_own_group();
  u32 slot = 0, how = *reading;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    return 0;
  }
  struct sw_call *call = (struct sw_call *)scratch->record;
  __builtin_memset(call, 0, sizeof *call);
  sw_head(&call->record, SW_CALL, task, group, 0);
  call->record.call = number;
  call->record.result = result;
  for (int i = 0; i < 6; ++i) call->arguments[i] = sw_argument(registers, i);
  u32 at = sizeof *call, from = at;
  bool of_result = (how & SW_READS_RESULT) && result >= 0;
  struct file *file = 0;
  if (of_result || (how & SW_READS_FIRST))
    file = sw_file_of(task, of_result ? (u32)result : (u32)call->arguments[0]);
  if (file) {
    struct inode *inode = BPF_CORE_READ(file, f_inode);
    call->inode = BPF_CORE_READ(inode, i_ino);
    call->device = BPF_CORE_READ(inode, i_sb, s_dev);
    call->file_kind = BPF_CORE_READ(inode, i_mode) & SW_FORMAT;
    /* No call that opens has six arguments. */
    if (of_result) call->arguments[5] = BPF_CORE_READ(file, f_flags);
    if (call->file_kind == SW_S_IFSOCK) {
      sw_fill_socket(call, file);
    } else {
      u32 length = sw_path_of(scratch, slot, task, &file->f_path);
      at = sw_append_path(scratch, at, length);
    }
  }
  call->path = at - from;
  from = at;
  if (how & SW_READS_ADDRESS)
    at = sw_fill_asked(scratch, call, at, call->arguments[1]);
  else if (how & SW_READS_PATH)
    at = sw_append_asked(scratch, at, call->arguments[(how >> 8) & 3]);
  call->raw = at - from;
  from = at;
  if (how & SW_READS_SECOND)
    at = sw_append_asked(scratch, at, call->arguments[(how >> 12) & 3]);
  call->second = at - from;
  sw_send(scratch, at, group, BPF_RB_NO_WAKEUP);
  sw_release(scratch);
  return 0;
}
