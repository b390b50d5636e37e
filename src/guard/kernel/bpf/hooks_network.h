/* Kernel hooks of sockets.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "hooks.h"

static __always_inline int sw_refuse_peer(struct socket *socket, struct sockaddr *address,
                                          u32 what, u32 listening, u32 rule, u32 listed_rule) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->rules & (rule | listed_rule))) return 0;
  u8 bytes[16] __attribute__((aligned(8))) = {};
  u16 port = 0;
  u32 family = BPF_CORE_READ(address, sa_family);
  if (family == SW_AF_INET) {
    struct sockaddr_in *in = (struct sockaddr_in *)address;
    u32 word = BPF_CORE_READ(in, sin_addr.s_addr);
    __builtin_memcpy(bytes, &word, sizeof word);
    port = BPF_CORE_READ(in, sin_port);
  } else if (family == SW_AF_INET6) {
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)address;
    bpf_core_read(bytes, sizeof bytes, &in->sin6_addr);
    port = BPF_CORE_READ(in, sin6_port);
    family = sw_plain_family(family, bytes);
  } else {
    return 0;
  }
  port = __builtin_bswap16(port);
  u8 protocol = BPF_CORE_READ(socket, sk, sk_protocol);
  if (!sw_peer_denied(container->profile, profile->rules & listed_rule, family | listening, bytes,
                      port, protocol))
    return 0;
  struct sw_speech speech = {
      .what = what, .family = family, .port = port, .remote = bytes, .argument = protocol};
  return sw_refuse(container, group, &speech);
}

SEC("lsm/socket_connect")
int BPF_PROG(sw_hook_connect, struct socket *socket, struct sockaddr *address, int size) {
  if (sw_refuse_peer(socket, address, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW))
    return -SW_EPERM;
  return 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(sw_hook_send, struct socket *socket, struct msghdr *message, int size) {
  struct sockaddr *address = BPF_CORE_READ(message, msg_name);
  if (!address) return 0;
  if (sw_refuse_peer(socket, address, SW_WHAT_CONNECT, 0, SW_RULE_CONNECT, SW_RULE_CONNECT_ALLOW))
    return -SW_EPERM;
  return 0;
}

SEC("lsm/socket_bind")
int BPF_PROG(sw_hook_bind, struct socket *socket, struct sockaddr *address, int size) {
  if (sw_refuse_peer(socket, address, SW_WHAT_LISTEN, SW_LISTENING, 0, SW_RULE_LISTEN_ALLOW))
    return -SW_EPERM;
  return 0;
}

SEC("lsm/socket_create")
int BPF_PROG(sw_hook_socket, int family, int type, int protocol, int of_kernel) {
  bool raw = family == SW_AF_PACKET;
  if ((family == SW_AF_INET || family == SW_AF_INET6) && (type & 15) == SW_SOCK_RAW) raw = true;
  if (of_kernel || !raw) return 0;
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->rules & SW_RULE_RAW)) return 0;
  struct sw_speech speech = {.what = SW_WHAT_RAW, .family = family, .argument = type};
  if (sw_refuse(container, group, &speech)) return -SW_EPERM;
  return 0;
}

/* The socket itself counts, whatever path led to it. */
static __always_inline int sw_refuse_unix(struct sock *other) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->rules & SW_RULE_UNIX)) return 0;
  struct unix_sock *peer = (struct unix_sock *)other;
  struct inode *inode = BPF_CORE_READ(peer, path.dentry, d_inode);
  struct sw_socket_key key = {.profile = container->profile};
  key.inode = BPF_CORE_READ(inode, i_ino);
  key.device = BPF_CORE_READ(inode, i_sb, s_dev);
  if (!bpf_map_lookup_elem(&sw_sockets, &key)) return 0;
  struct sw_speech speech = {.what = SW_WHAT_UNIX, .family = SW_AF_UNIX, .argument = key.inode};
  return sw_refuse(container, group, &speech);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(sw_hook_unix, struct sock *own, struct sock *other, struct sock *made) {
  if (sw_refuse_unix(other)) return -SW_EPERM;
  return 0;
}

SEC("lsm/unix_may_send")
int BPF_PROG(sw_hook_unix_send, struct socket *own, struct socket *other) {
  if (sw_refuse_unix(BPF_CORE_READ(other, sk))) return -SW_EPERM;
  return 0;
}
