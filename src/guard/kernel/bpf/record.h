/* Puts records together in a scratch and sends them up the ring.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "container.h"
#include "path.h"

enum { SW_RECORD_MOST = sizeof(((struct sw_scratch *)0)->record) };

#define SW_HIDE(value) asm volatile("" : "+r"(value))

static __always_inline void sw_head(struct sw_record *record, u32 kind, struct task_struct *task,
                                    u64 group, u32 size) {
  record->kind = kind;
  record->call = 0;
  record->size = size;
  record->time = bpf_ktime_get_boot_ns();
  record->group = group;
  record->pid = BPF_CORE_READ(task, tgid);
  record->thread = BPF_CORE_READ(task, pid);
  record->result = 0;
}

/* Appends `length` bytes of kernel memory; returns how long the record is then. */
static __always_inline u32 sw_append(struct sw_scratch *scratch, u32 at, const void *from,
                                     u32 length) {
  length &= SW_PATH - 1;
  SW_HIDE(at);
  if (at > SW_RECORD_MOST - SW_PATH) return at;
  if (bpf_probe_read_kernel(&scratch->record[at], length, from) != 0) return at;
  return at + length;
}

/* Appends the path that stands in the scratch. */
static __always_inline u32 sw_append_path(struct sw_scratch *scratch, u32 at, u32 length) {
  u32 start = (SW_PATH - 1 - length) & (SW_PATH - 1);
  return sw_append(scratch, at, &scratch->path[start], length);
}

/* Appends a text that ends with a zero byte, without that. */
static __always_inline u32 sw_append_text(struct sw_scratch *scratch, u32 at, const void *from) {
  SW_HIDE(at);
  if (at > SW_RECORD_MOST - SW_PATH) return at;
  long length = bpf_probe_read_kernel_str(&scratch->record[at], SW_PATH, from);
  return length > 1 ? at + (u32)length - 1 : at;
}

static __always_inline void sw_send(struct sw_scratch *scratch, u32 size, u64 group, u64 flags) {
  struct sw_record *record = (struct sw_record *)scratch->record;
  record->size = size;
  SW_HIDE(size);
  if (size > SW_RECORD_MOST) return;
  if (bpf_ringbuf_output(&sw_ring, scratch->record, size, flags) != 0)
    sw_lose(group, SW_COUNT_LOST_RING);
  else
    sw_count(SW_COUNT_EVENTS);
}

/* What a rule spoke of. */
struct sw_speech {
  u32 what, origin;
  u64 argument;
  u16 family, port;
  const u8 *remote;  /* 16 bytes; null: none */
  u32 path;          /* length of the path in the scratch */
};

/* Tells of a denial, or of what would have been one; true when it is one. */
static __always_inline bool sw_deny(struct sw_scratch *scratch, struct sw_container *container,
                                    u64 group, const struct sw_speech *speech) {
  struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
  bool enforced = container->flags & SW_ENFORCE;
  u32 what = speech->what;
  sw_count((enforced ? SW_COUNT_DENIED : SW_COUNT_OBSERVED) + (what & 31));
  struct sw_denied *denied = (struct sw_denied *)scratch->record;
  sw_head(&denied->record, SW_DENIED, task, group, 0);
  denied->what = what;
  denied->profile = container->profile;
  denied->enforced = enforced;
  denied->origin = speech->origin;
  denied->argument = speech->argument;
  denied->family = speech->family;
  denied->port = speech->port;
  if (speech->remote)
    __builtin_memcpy(denied->remote, speech->remote, sizeof denied->remote);
  else
    __builtin_memset(denied->remote, 0, sizeof denied->remote);
  bpf_get_current_comm(denied->name, sizeof denied->name);
  u32 size = sizeof *denied;
  u32 end = sw_append_path(scratch, size, speech->path);
  denied->path = end - size;
  denied->second = 0;
  sw_send(scratch, end, group, 0);
  return enforced;
}
