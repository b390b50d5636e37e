/* Network rules where kernel hooks are refused: programs of the unified control group hierarchy's
   root, which see every socket call of every group below it.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "judge.h"

/* Runtimes make no such calls inside a group before its first program runs, so nothing needs to be
   armed here. Null where nothing of `rules` is judged. */
static __always_inline struct sw_container *sw_judged_here(u64 *group, u32 rules, bool *listed,
                                                           u32 listed_rule) {
  *group = sw_own_group();
  struct sw_container *container = bpf_map_lookup_elem(&sw_containers, group);
  if (!container || container->profile == 0) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->rules & rules)) return 0;
  *listed = profile->rules & listed_rule;
  return container;
}

/* 1: the call goes on; 0: it fails with EPERM. */
static __always_inline int sw_pass(struct sw_container *container, u64 group,
                                   struct sw_speech *speech) {
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    return !(container->flags & SW_ENFORCE);
  }
  bool denied = sw_deny(scratch, container, group, speech);
  sw_release(scratch);
  return !denied;
}

static __always_inline int sw_pass4(struct bpf_sock_addr *call, u32 word, u32 what, u32 listening,
                                    u32 rule, u32 listed_rule) {
  u64 group = 0;
  bool listed = false;
  struct sw_container *container =
      sw_judged_here(&group, rule | listed_rule, &listed, listed_rule);
  if (!container) return 1;
  u8 bytes[16] __attribute__((aligned(8))) = {};
  __builtin_memcpy(bytes, &word, sizeof word);
  u16 port = __builtin_bswap16((u16)call->user_port);
  if (!sw_peer_denied(container->profile, listed, 2 | listening, bytes, port, call->protocol))
    return 1;
  struct sw_speech speech = {
      .what = what, .family = 2, .port = port, .remote = bytes, .argument = call->protocol};
  return sw_pass(container, group, &speech);
}

static __always_inline int sw_pass6(struct bpf_sock_addr *call, const u32 *words, u32 what,
                                    u32 listening, u32 rule, u32 listed_rule) {
  u64 group = 0;
  bool listed = false;
  struct sw_container *container =
      sw_judged_here(&group, rule | listed_rule, &listed, listed_rule);
  if (!container) return 1;
  u8 bytes[16] __attribute__((aligned(8)));
  __builtin_memcpy(bytes, words, sizeof bytes);
  u32 family = sw_plain_family(10, bytes);
  u16 port = __builtin_bswap16((u16)call->user_port);
  if (!sw_peer_denied(container->profile, listed, family | listening, bytes, port,
                      call->protocol))
    return 1;
  struct sw_speech speech = {
      .what = what, .family = family, .port = port, .remote = bytes, .argument = call->protocol};
  return sw_pass(container, group, &speech);
}

#define SW_FOUR(call, field, what, listening, rule, listed)                                     \
  {                                                                                             \
    u32 word = call->field##4;                                                                  \
    return sw_pass4(call, word, what, listening, rule, listed);                                 \
  }
#define SW_SIX(call, field, what, listening, rule, listed)                                      \
  {                                                                                             \
    u32 words[4] = {call->field##6[0], call->field##6[1], call->field##6[2], call->field##6[3]}; \
    return sw_pass6(call, words, what, listening, rule, listed);                                \
  }

SEC("cgroup/connect4")
int sw_call_connect4(struct bpf_sock_addr *call)
SW_FOUR(call, user_ip, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW)

SEC("cgroup/connect6")
int sw_call_connect6(struct bpf_sock_addr *call)
SW_SIX(call, user_ip, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW)

SEC("cgroup/sendmsg4")
int sw_call_send4(struct bpf_sock_addr *call)
SW_FOUR(call, user_ip, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW)

SEC("cgroup/sendmsg6")
int sw_call_send6(struct bpf_sock_addr *call)
SW_SIX(call, user_ip, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW)

SEC("cgroup/bind4")
int sw_call_bind4(struct bpf_sock_addr *call)
SW_FOUR(call, user_ip, SW_WHAT_LISTEN, SW_LISTENING, 0, SW_RULE_LISTEN_ALLOW)

SEC("cgroup/bind6")
int sw_call_bind6(struct bpf_sock_addr *call)
SW_SIX(call, user_ip, SW_WHAT_LISTEN, SW_LISTENING, 0, SW_RULE_LISTEN_ALLOW)

/* Packet sockets are not told of here: only those of IP. Source: linux 6.1, net/ipv4/af_inet.c,
   the one caller of BPF_CGROUP_RUN_PROG_INET_SOCK. */
SEC("cgroup/sock_create")
int sw_call_socket(struct bpf_sock *socket) {
  if (socket->type != 3) return 1; /* SOCK_RAW */
  u64 group = 0;
  bool listed = false;
  struct sw_container *container = sw_judged_here(&group, SW_RULE_RAW, &listed, 0);
  if (!container) return 1;
  struct sw_speech speech = {
      .what = SW_WHAT_RAW, .family = socket->family, .argument = socket->type};
  return sw_pass(container, group, &speech);
}
