/* The tables, the ring and the scratch space of the programs.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "types.h"

/* Set before the programs load. */
const volatile struct sw_layout sw_layout = {};

#define SW_TABLE(name, kind, entries, key_type, value_type, map_flag) \
  struct {                                                           \
    __uint(type, kind);                                              \
    __uint(max_entries, entries);                                    \
    __type(key, key_type);                                           \
    __type(value, value_type);                                       \
    __uint(map_flags, map_flag);                                     \
  } name SEC(".maps")

/* A container's state by its control group's id; by its id (64 hex digits) before it exists. */
SW_TABLE(sw_containers, BPF_MAP_TYPE_HASH, 65536, u64, struct sw_container, BPF_F_NO_PREALLOC);
struct sw_group_name {
  char text[SW_NAME];
};
SW_TABLE(sw_pending, BPF_MAP_TYPE_HASH, 4096, struct sw_group_name, struct sw_container,
         BPF_F_NO_PREALLOC);

/* What a profile denies, shared by all containers of its image. */
SW_TABLE(sw_profiles, BPF_MAP_TYPE_HASH, 4096, u32, struct sw_profile, BPF_F_NO_PREALLOC);
SW_TABLE(sw_executables, BPF_MAP_TYPE_HASH, 262144, struct sw_exec_key, u32, BPF_F_NO_PREALLOC);
SW_TABLE(sw_files, BPF_MAP_TYPE_LPM_TRIE, 262144, struct sw_file_key, u32, BPF_F_NO_PREALLOC);
SW_TABLE(sw_peers, BPF_MAP_TYPE_LPM_TRIE, 65536, struct sw_peer_key, struct sw_peer,
         BPF_F_NO_PREALLOC);
SW_TABLE(sw_sockets, BPF_MAP_TYPE_HASH, 16384, struct sw_socket_key, u32, BPF_F_NO_PREALLOC);

SW_TABLE(sw_counters, BPF_MAP_TYPE_PERCPU_ARRAY, SW_COUNTERS, u32, u64, 0);
/* Records lost, and what was used while learning, by control group. */
SW_TABLE(sw_lost, BPF_MAP_TYPE_LRU_HASH, 65536, u64, u64, 0);
SW_TABLE(sw_learning, BPF_MAP_TYPE_LRU_HASH, 4096, u64, struct sw_learned, 0);
/* Bits by number: the system calls that are sent up. */
SW_TABLE(sw_wanted_calls, BPF_MAP_TYPE_ARRAY, 1, u32, struct sw_calls, 0);

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 << 20);
} sw_ring SEC(".maps");

/* Of a task. Armed: it, or who made it, has executed something inside its container's root; what a
   runtime does in the group before that is its set-up. */
struct sw_task {
  u32 armed;
};
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct sw_task);
} sw_tasks SEC(".maps");

/* Where records and keys are put together. A processor has several, since programs of kernel hooks
   may be interrupted by others of their kind. */
enum { SW_SLOTS = 4, SW_NAME_MOST = 256 };
struct sw_scratch {
  u32 busy;
  char path[SW_PATH + SW_NAME_MOST];  /* written from its end */
  union {
    struct sw_exec_key exec_key;
    struct sw_file_key file_key;
    struct sw_group_name group_name;
  };
  u8 record[3 * SW_PATH + SW_ARGUMENTS + 512];
};
SW_TABLE(sw_scratches, BPF_MAP_TYPE_PERCPU_ARRAY, SW_SLOTS, u32, struct sw_scratch, 0);

static __always_inline void sw_count(u32 counter) {
  u64 *value = bpf_map_lookup_elem(&sw_counters, &counter);
  if (value) *value += 1;
}

/* One more record lost of a control group. */
static __always_inline void sw_lose(u64 group, u32 counter) {
  sw_count(counter);
  u64 *lost = bpf_map_lookup_elem(&sw_lost, &group);
  u64 one = 1;
  if (lost)
    __sync_fetch_and_add(lost, 1);
  else
    bpf_map_update_elem(&sw_lost, &group, &one, BPF_NOEXIST);
}

/* A free scratch; `slot` is what sw_release wants. */
static __always_inline struct sw_scratch *sw_acquire(u32 *slot) {
  for (u32 i = 0; i < SW_SLOTS; ++i) {
    u32 key = i;
    struct sw_scratch *scratch = bpf_map_lookup_elem(&sw_scratches, &key);
    if (scratch && __sync_lock_test_and_set(&scratch->busy, 1) == 0) {
      *slot = i;
      return scratch;
    }
  }
  return 0;
}
static __always_inline void sw_release(struct sw_scratch *scratch) {
  __sync_lock_test_and_set(&scratch->busy, 0);
}
