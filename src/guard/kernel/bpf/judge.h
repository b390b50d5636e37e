/* What a profile says of an executable, a file, a network peer. Each function answers with the
   sw_what that is denied, or 0.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "record.h"

static __always_inline u32 sw_judge_origin(struct sw_profile *profile, u32 origin) {
  u32 rules = profile->rules;
  bool image_only = rules & SW_RULE_IMAGE;
  if (origin == SW_ORIGIN_MEMORY && ((rules & SW_RULE_MEMORY) || image_only))
    return SW_WHAT_MEMORY;
  if (origin == SW_ORIGIN_NEW && ((rules & SW_RULE_NEW) || image_only)) return SW_WHAT_NEW;
  bool copied = origin == SW_ORIGIN_MODIFIED || origin == SW_ORIGIN_TOUCHED;
  if (copied && ((rules & SW_RULE_MODIFIED) || image_only)) return SW_WHAT_MODIFIED;
  bool volume = origin == SW_ORIGIN_VOLUME || origin == SW_ORIGIN_UNKNOWN;
  if (volume && ((rules & SW_RULE_VOLUME) || image_only)) return SW_WHAT_VOLUME;
  return 0;
}

/* The value of the table for `length` bytes at `path`; 0: none. Longer paths than rules have match
   none. */
static __always_inline u32 sw_exec_verdict(struct sw_scratch *scratch, u32 profile,
                                           const char *path, u32 length) {
  if (length == 0 || length >= SW_RULE_PATH) return 0;
  __builtin_memset(&scratch->exec_key, 0, sizeof scratch->exec_key);
  scratch->exec_key.profile = profile;
  scratch->exec_key.length = length;
  SW_HIDE(length);
  if (length >= SW_RULE_PATH) return 0;
  bpf_probe_read_kernel(scratch->exec_key.path, length, path);
  u32 *verdict = bpf_map_lookup_elem(&sw_executables, &scratch->exec_key);
  return verdict ? *verdict : 0;
}

/* `length`: of the path in the scratch; `filename`: what the caller asked for, which tells the
   name that a program of many names is called by. */
static __always_inline u32 sw_judge_exec(struct sw_scratch *scratch, struct sw_container *container,
                                         struct sw_profile *profile, u32 origin, u32 length,
                                         const char *filename) {
  u32 what = sw_judge_origin(profile, origin);
  if (what) return what;
  u32 start = (SW_PATH - 1 - length) & (SW_PATH - 1);
  u32 verdict = sw_exec_verdict(scratch, container->profile, &scratch->path[start], length);
  if (verdict & SW_DENY) return SW_WHAT_EXEC;
  if ((profile->rules & SW_RULE_ALLOW_LIST) && !(verdict & SW_ALLOW)) return SW_WHAT_EXEC;
  /* At the end of the record there is room. */
  char *asked = (char *)&scratch->record[SW_RECORD_MOST - SW_PATH];
  long size = bpf_probe_read_kernel_str(asked, SW_RULE_PATH, filename);
  if (size > 1 && (sw_exec_verdict(scratch, container->profile, asked, (u32)size - 1) & SW_DENY))
    return SW_WHAT_EXEC;
  return 0;
}

/* `wanted`: 1 to read, 2 to write, both bits for both. */
static __always_inline u32 sw_judge_file(struct sw_scratch *scratch, struct sw_container *container,
                                         struct sw_profile *profile, u32 length, u32 wanted) {
  u32 verdict = 0;
  if (length > 0) {
    u32 start = (SW_PATH - 1 - length) & (SW_PATH - 1);
    /* One more: the zero byte that ends a whole path. */
    u32 size = length + 1 > SW_RULE_PATH ? SW_RULE_PATH : length + 1;
    __builtin_memset(&scratch->file_key, 0, sizeof scratch->file_key);
    scratch->file_key.profile = container->profile;
    SW_HIDE(size);
    if (size > SW_RULE_PATH) return 0;
    bpf_probe_read_kernel(scratch->file_key.path, size, &scratch->path[start]);
    scratch->file_key.bits = 32 + 8 * size;
    u32 *found = bpf_map_lookup_elem(&sw_files, &scratch->file_key);
    verdict = found ? *found : 0;
  }
  bool listed = profile->rules & SW_RULE_FILES_ALLOW;
  if (wanted & 2) {
    u32 write = verdict >> 2;
    if ((write & SW_DENY) || (listed && !(write & SW_ALLOW))) return SW_WHAT_WRITE;
  }
  if (wanted & 1) {
    if ((verdict & SW_DENY) || (listed && !(verdict & SW_ALLOW))) return SW_WHAT_READ;
  }
  return 0;
}

/* Whether a list denies a peer, or an own address (`family` + SW_LISTENING). `address`: 16 bytes. */
static __always_inline bool sw_peer_denied(u32 profile, bool listed, u32 family, const u8 *address,
                                           u16 port, u8 protocol) {
  struct sw_peer_key key = {.profile = profile, .family = family};
  key.bits = 64 + ((family & 0xffff) == 2 ? 32 : 128);
  __builtin_memcpy(key.address, address, sizeof key.address);
  struct sw_peer *peer = bpf_map_lookup_elem(&sw_peers, &key);
  bool allowed = false;
  for (int i = 0; peer && i < SW_PORTS; ++i) {
    struct sw_ports *ports = &peer->ports[i];
    if (ports->verdict == 0) break;
    if (port < ports->first || port > ports->last) continue;
    if (ports->protocol != 0 && ports->protocol != protocol) continue;
    if (ports->verdict == SW_DENY) return true;
    allowed = true;
  }
  return listed && !allowed;
}

/* An address of IPv4 inside one of IPv6 is judged as that. */
static __always_inline u32 sw_plain_family(u32 family, u8 *address) {
  const u32 *words = (const u32 *)address;
  if (family != 10 || words[0] != 0 || words[1] != 0 || words[2] != __builtin_bswap32(0xffff))
    return family;
  ((u32 *)address)[0] = words[3];
  ((u32 *)address)[1] = ((u32 *)address)[2] = ((u32 *)address)[3] = 0;
  return 2;
}
