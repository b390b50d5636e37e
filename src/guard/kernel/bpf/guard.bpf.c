/* The kernel part of the guard, one object; which of its programs are loaded, the user-space part
   decides by trying (kernel/probe.h).

   SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "calls.h"
#include "hooks_files.h"
#include "hooks_network.h"
#include "hooks_privileges.h"
#include "lifecycle.h"
#include "network.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
