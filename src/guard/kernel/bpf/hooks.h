/* Kernel security hooks (BPF LSM): what is denied fails with EPERM before it happens. In case of
   doubt - no scratch, no profile that is known - executables of an enforced container are denied
   and all else is allowed.

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#pragma once

#include "judge.h"

/* The numbers of guard::Privilege. */
enum {
  SW_DENY_TRACE = 1 << 0,
  SW_DENY_OTHERS = 1 << 1,
  SW_DENY_MOUNT = 1 << 2,
  SW_DENY_NAMESPACES = 1 << 3,
  SW_DENY_MODULES = 1 << 4,
  SW_DENY_BPF = 1 << 5,
  SW_DENY_PERF = 1 << 6,
  SW_DENY_DEVICES = 1 << 7,
  SW_DENY_SETTINGS = 1 << 8,
};

enum {
  SW_FMODE_READ = 1,
  SW_FMODE_WRITE = 2,
  SW_PROT_EXEC = 4,
  SW_S_IFMT = 0170000,
  SW_S_IFBLK = 0060000,
  SW_S_IFCHR = 0020000,
  SW_AF_UNIX = 1,
  SW_AF_INET = 2,
  SW_AF_INET6 = 10,
  SW_AF_PACKET = 17,
  SW_SOCK_RAW = 3,
  SW_CAP_OPT_NOAUDIT = 2,
  SW_CAP_SYS_ADMIN = 21,
};
enum {
  SW_MAGIC_PROC = 0x9fa0,
  SW_MAGIC_SYSFS = 0x62656572,
  SW_MAGIC_CGROUP = 0x27e0eb,
  SW_MAGIC_CGROUP2 = 0x63677270,
};

/* Answers for one thing without a path; the value of a hook: 0, or refused. */
static __always_inline int sw_refuse(struct sw_container *container, u64 group,
                                     struct sw_speech *speech) {
  u32 slot = 0;
  struct sw_scratch *scratch = sw_acquire(&slot);
  if (!scratch) {
    sw_lose(group, SW_COUNT_LOST_SCRATCH);
    return container->flags & SW_ENFORCE;
  }
  bool denied = sw_deny(scratch, container, group, speech);
  sw_release(scratch);
  return denied;
}

/* Denies `what` where the profile of the running task denies the privilege `bit`. */
static __always_inline int sw_refuse_privilege(u32 bit, u32 what, u64 argument) {
  u64 group = 0;
  struct sw_container *container = sw_judged(&group);
  if (!container) return 0;
  struct sw_profile *profile = sw_profile_of(container);
  if (!profile || !(profile->denies & bit)) return 0;
  struct sw_speech speech = {.what = what, .argument = argument};
  return sw_refuse(container, group, &speech);
}
