/* What the kernel part and the user-space part of the guard exchange: records of the ring and the
   values of the tables. Included by both sides; each field has its natural alignment and both sides
   assert the sizes. Strings follow a record's fixed part, one after the other, without zero bytes.

   SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
#pragma once

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
namespace seawall::guard::wire {
using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;
using s64 = int64_t;
#define SEAWALL_SIZE(type, size) static_assert(sizeof(type) == (size))
#else
#include <linux/types.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
#define SEAWALL_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#endif

enum {
  SW_PATH = 4096,      /* longest path, with its zero byte */
  SW_ARGUMENTS = 4096, /* most bytes of a command line */
  SW_NAME = 68,        /* a container's id as its control group is called */
  SW_RULE_PATH = 248,  /* longest path of a rule: a trie's key has 256 bytes at most */
  SW_PORTS = 8,        /* ranges of ports of one network */
  SW_CALLS = 512,      /* system calls counted by number */
};

/* -- records ---------------------------------------------------------------------------------- */

enum sw_kind {
  SW_EXEC = 1,
  SW_FORK,
  SW_EXIT,
  SW_CALL,   /* a system call that ended */
  SW_DENIED, /* what a rule denied, or would have */
  SW_GROUP,  /* a control group came (result 1) or went (0); text: its name */
};

/* What a rule spoke of; the index of counters, too. */
enum sw_what {
  SW_WHAT_EXEC = 1,   /* a path that is denied, or that no list allows */
  SW_WHAT_NEW,        /* an executable made after the start */
  SW_WHAT_MODIFIED,   /* one of the image, written to since */
  SW_WHAT_MEMORY,     /* one without a name */
  SW_WHAT_VOLUME,     /* one on a volume or a tmpfs */
  SW_WHAT_MAPPED,     /* one of these, mapped as code */
  SW_WHAT_READ,
  SW_WHAT_WRITE,
  SW_WHAT_CONNECT,
  SW_WHAT_LISTEN,
  SW_WHAT_UNIX,
  SW_WHAT_RAW,
  SW_WHAT_CAPABILITY, /* argument: its number */
  SW_WHAT_TRACE,
  SW_WHAT_OTHERS,
  SW_WHAT_MOUNT,
  SW_WHAT_NAMESPACE,
  SW_WHAT_MODULE,
  SW_WHAT_BPF,
  SW_WHAT_PERF,
  SW_WHAT_DEVICE,
  SW_WHAT_SETTING,
  SW_WHAT_COUNT,
};

/* guard::FileOrigin */
enum sw_origin {
  SW_ORIGIN_UNKNOWN,
  SW_ORIGIN_IMAGE,
  SW_ORIGIN_MODIFIED,
  SW_ORIGIN_TOUCHED,
  SW_ORIGIN_NEW,
  SW_ORIGIN_VOLUME,
  SW_ORIGIN_MEMORY,
};

struct sw_record {
  u16 kind;    /* sw_kind */
  u16 call;    /* number of the system call, of SW_CALL */
  u32 size;    /* of the whole record */
  u64 time;    /* nanoseconds since boot, suspended time included */
  u64 group;   /* id of the control group (struct sw_layout says in which hierarchy) */
  u32 pid;     /* thread group */
  u32 thread;
  s64 result;
};
SEAWALL_SIZE(struct sw_record, 40);

struct sw_exec {
  struct sw_record record;
  u64 started; /* of the process: nanoseconds since boot */
  u64 inode, changed, modified; /* of the executable; times in nanoseconds since 1970 */
  u64 effective, permitted;     /* capabilities */
  u64 mount_namespace;
  u32 device;
  u32 parent, inner_pid, session, group;
  u32 uid, gid, login_uid, terminal;
  u32 origin;       /* sw_origin */
  u16 executable, filename, directory, arguments; /* lengths of the strings, in this order */
  char name[16];
};
SEAWALL_SIZE(struct sw_exec, 160);

struct sw_fork {
  struct sw_record record; /* of the child */
  u64 started;
  u32 parent, inner_pid;
};
SEAWALL_SIZE(struct sw_fork, 56);

struct sw_call {
  struct sw_record record;
  u64 arguments[6];
  u64 inode;
  u32 device;
  u16 file_kind; /* S_IFMT bits of the file, 0: none */
  u16 family;    /* of the socket */
  u16 socket_type, protocol;
  u16 local_port, remote_port; /* in the host's order */
  u8 local[16], remote[16];    /* addresses; IPv4 in the first four bytes */
  u16 path, raw, second; /* lengths: the file, as it was written, the other file as written */
  u16 padding;
};
SEAWALL_SIZE(struct sw_call, 152);

struct sw_denied {
  struct sw_record record;
  u32 what;     /* sw_what */
  u32 profile;
  u32 enforced; /* 0: it would have been */
  u32 origin;
  u64 argument; /* a capability, a signal, an address family, ... */
  u8 remote[16];
  u16 family, port;
  u16 path, second;
  char name[16];
};
SEAWALL_SIZE(struct sw_denied, 104);

struct sw_group {
  struct sw_record record;
  u16 name;
  u16 padding[3];
};
SEAWALL_SIZE(struct sw_group, 48);

/* -- tables ----------------------------------------------------------------------------------- */

/* How this kernel's control groups identify a container; written before the programs load. */
struct sw_layout {
  int controller; /* -1: the unified hierarchy; else the index of "pids" in css_set.subsys */
  u32 hierarchy;  /* its hierarchy's id; 0: unified */
  u32 root_device;
  u64 root_inode; /* of the host's root: who execs there is not in its container yet */
  u64 own_pid;    /* the guard itself is never judged */
};

enum {
  SW_LEARN = 1,   /* system calls are counted */
  SW_ENFORCE = 2, /* else only told */
  SW_OBSERVED = 4, /* its system calls are sent up */
};
struct sw_container {
  u32 profile; /* 0: none */
  u32 flags;
};
SEAWALL_SIZE(struct sw_container, 8);

enum {
  SW_RULE_ALLOW_LIST = 1 << 0, /* executables: those of the table only */
  SW_RULE_IMAGE = 1 << 1,      /* executables: those of the image only */
  SW_RULE_NEW = 1 << 2,
  SW_RULE_MODIFIED = 1 << 3,
  SW_RULE_MEMORY = 1 << 4,
  SW_RULE_VOLUME = 1 << 5,
  SW_RULE_MAPPED = 1 << 6,
  SW_RULE_FILES = 1 << 7,       /* there are rules of files */
  SW_RULE_FILES_ALLOW = 1 << 8, /* a file that none names is denied */
  SW_RULE_CONNECT = 1 << 9,
  SW_RULE_CONNECT_ALLOW = 1 << 10,
  SW_RULE_LISTEN_ALLOW = 1 << 11,
  SW_RULE_UNIX = 1 << 12,
  SW_RULE_RAW = 1 << 13,
  SW_RULE_CAPABILITIES = 1 << 14,
};
struct sw_profile {
  u32 rules;      /* SW_RULE_* */
  u32 denies;     /* bits by guard::Privilege */
  u64 capabilities; /* allowed ones */
};
SEAWALL_SIZE(struct sw_profile, 16);

enum { SW_ALLOW = 1, SW_DENY = 2 };

struct sw_exec_key {
  u32 profile;
  u32 length;
  char path[SW_RULE_PATH];
};
SEAWALL_SIZE(struct sw_exec_key, 256);

/* The value has SW_ALLOW and SW_DENY for reading, shifted by two for writing. */
struct sw_file_key {
  u32 bits; /* of the prefix: 32 + 8 a byte of the path, 8 more for one whole path */
  u32 profile;
  char path[SW_RULE_PATH];
};
SEAWALL_SIZE(struct sw_file_key, 256);

struct sw_peer_key {
  u32 bits; /* of the prefix: 64 + those of the network */
  u32 profile;
  u32 family; /* AF_INET, AF_INET6; + SW_LISTENING for own addresses */
  u8 address[16];
};
SEAWALL_SIZE(struct sw_peer_key, 28);
enum { SW_LISTENING = 1 << 16 };

struct sw_ports {
  u16 first, last;
  u8 protocol; /* IPPROTO_TCP, IPPROTO_UDP, 0: any */
  u8 verdict;  /* SW_ALLOW, SW_DENY; 0: no further range */
};
struct sw_peer {
  struct sw_ports ports[SW_PORTS];
};
SEAWALL_SIZE(struct sw_peer, 48);

struct sw_socket_key { /* the inode of a unix socket's path */
  u64 inode;
  u32 device;
  u32 profile;
};
SEAWALL_SIZE(struct sw_socket_key, 16);

enum sw_counter {
  SW_COUNT_EVENTS,
  SW_COUNT_LOST_RING,    /* no room */
  SW_COUNT_LOST_SCRATCH, /* too many at once on one processor */
  SW_COUNT_CUT,          /* a path or a command line was longer than what is kept */
  SW_COUNT_UNKNOWN_GROUP,
  SW_COUNT_DENIED,       /* + sw_what */
  SW_COUNT_OBSERVED = SW_COUNT_DENIED + SW_WHAT_COUNT, /* + sw_what: would have been */
  SW_COUNTERS = SW_COUNT_OBSERVED + SW_WHAT_COUNT,
};

struct sw_calls {
  u64 bits[SW_CALLS / 64];
};
/* What a container used while it was learned. */
struct sw_learned {
  struct sw_calls calls;
  u64 capabilities;
};

#ifdef __cplusplus
}  // namespace seawall::guard::wire
#endif
