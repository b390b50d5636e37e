/* The parts of the kernel's types that the programs read, by name: where a field really is, the
   loader takes from the running kernel's own description (CO-RE). What changed its name or place
   between 6.1 and 6.18 stands twice, the other form behind "___".

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>

#include "guard/kernel/wire.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
  struct list_head *next, *prev;
};

/* -- files ------------------------------------------------------------------------------------ */

struct super_block {
  u32 s_dev;
  unsigned long s_magic;
};

struct timespec64 {
  s64 tv_sec;
  long tv_nsec;
};

typedef struct {
  u32 val;
} kuid_t;
typedef struct {
  u32 val;
} kgid_t;

struct inode {
  u16 i_mode;
  kuid_t i_uid;
  struct super_block *i_sb;
  unsigned long i_ino;
  unsigned int i_nlink;
  u32 i_rdev;
  s64 i_size;
  s64 i_mtime_sec, i_ctime_sec;
  u32 i_mtime_nsec, i_ctime_nsec;
};
struct inode___times { /* until 6.10; i_ctime was called __i_ctime from 6.6 on */
  struct timespec64 i_mtime, i_ctime, __i_ctime;
};

struct qstr {
  u32 hash, len;
  const unsigned char *name;
};
struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
};

struct vfsmount {
  struct dentry *mnt_root;
  struct super_block *mnt_sb;
};
struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};
struct file {
  struct path f_path;
  struct inode *f_inode;
  unsigned int f_mode, f_flags;
  void *private_data;
};
struct fs_struct {
  struct path root, pwd;
};
struct fdtable {
  unsigned int max_fds;
  struct file **fd;
};
struct files_struct {
  struct fdtable *fdt;
};

/* overlayfs, a module in some kernels */
struct ovl_path {
  void *layer;
  struct dentry *dentry;
};
struct ovl_entry {
  unsigned int __numlower;
  struct ovl_path __lowerstack[];
};
struct ovl_inode {
  struct inode vfs_inode;
  struct dentry *__upperdentry;
  struct ovl_entry *oe; /* from 6.5 on */
};
struct ovl_inode___old {
  struct ovl_path lowerpath;
};

/* -- control groups --------------------------------------------------------------------------- */

struct kernfs_node {
  struct kernfs_node *__parent;
  const char *name;
  u64 id;
};
struct kernfs_node___old { /* until 6.14 */
  struct kernfs_node___old *parent;
};
struct cgroup_root {
  u32 hierarchy_id;
};
struct cgroup {
  struct kernfs_node *kn;
  struct cgroup_root *root;
};
struct cgroup_subsys_state {
  struct cgroup *cgroup;
};
struct css_set {
  struct cgroup_subsys_state *subsys[16];
  struct cgroup *dfl_cgrp;
};

/* -- processes -------------------------------------------------------------------------------- */

struct ns_common {
  unsigned int inum;
};
struct mnt_namespace {
  struct ns_common ns;
};
struct nsproxy {
  struct mnt_namespace *mnt_ns;
};
struct pid_namespace;
struct upid {
  int nr;
  struct pid_namespace *ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[];
};
typedef struct {
  u64 bits; /* two halves until 6.2: the same bytes */
} kernel_cap_t;
struct cred {
  kuid_t uid, euid;
  kgid_t gid;
  kernel_cap_t cap_permitted, cap_effective;
};
struct tty_driver {
  int major, minor_start;
};
struct tty_struct {
  struct tty_driver *driver;
  int index;
};
struct signal_struct {
  struct pid *pids[4]; /* PIDTYPE_PID, TGID, PGID, SID */
  struct tty_struct *tty;
};
struct mm_struct {
  unsigned long arg_start, arg_end;
  struct file *exe_file;
};
struct seccomp {
  int mode;
};
struct task_struct {
  int pid, tgid;
  unsigned int flags;
  struct task_struct *real_parent, *group_leader;
  u64 start_boottime;
  struct mm_struct *mm;
  struct fs_struct *fs;
  struct files_struct *files;
  const struct cred *cred, *real_cred;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  struct pid *thread_pid;
  struct css_set *cgroups;
  struct seccomp seccomp;
  kuid_t loginuid;
  char comm[16];
};
struct bpf_iter_meta;
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
};
struct linux_binprm {
  struct file *file;
  const char *filename;
};

#if defined(__TARGET_ARCH_arm64)
struct pt_regs {
  u64 regs[31];
  u64 orig_x0;
  s32 syscallno;
};
#else
struct pt_regs {
  unsigned long r10, r9, r8, dx, si, di, orig_ax, ax;
};
#endif

/* -- sockets ---------------------------------------------------------------------------------- */

struct in6_addr {
  u8 s6_addr[16];
};
struct sock_common {
  u32 skc_daddr, skc_rcv_saddr;
  u16 skc_dport, skc_num;
  unsigned short skc_family;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  u16 sk_type, sk_protocol;
};
struct socket {
  short type;
  struct sock *sk;
};
struct sockaddr {
  unsigned short sa_family;
};
struct sockaddr_in {
  unsigned short sin_family;
  u16 sin_port;
  struct {
    u32 s_addr;
  } sin_addr;
};
struct sockaddr_in6 {
  unsigned short sin6_family;
  u16 sin6_port;
  u32 sin6_flowinfo;
  struct in6_addr sin6_addr;
};
struct unix_address {
  int len;
};
struct unix_sock {
  struct sock sk;
  struct unix_address *addr;
  struct path path;
};
struct msghdr {
  void *msg_name;
  int msg_namelen;
};

#pragma clang attribute pop

enum { SW_EPERM = 1 };
enum { SW_PF_KTHREAD = 0x00200000 };
