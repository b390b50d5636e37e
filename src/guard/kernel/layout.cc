#include "guard/kernel/layout.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "base/strings.h"
#include "benchmark/collectors/mount_info.h"
#include "guard/kernel/bpf_calls.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostProc = 16u << 20;
constexpr std::string_view kController = "pids";

// The hierarchy that the controller is in, of /proc/cgroups: "pids 8 1 1".
Result<uint32_t> hierarchy_of(std::string_view controller) {
  SEAWALL_TRY(const std::string text, read_file("/proc/cgroups", kMostProc));
  std::optional<uint64_t> number;
  for_each_line(text, [&](std::string_view line, size_t) {
    const auto fields = split(line, '\t');
    if (fields.size() > 1 && fields[0] == controller) number = parse_unsigned(fields[1]);
  });
  if (!number) return unsupported("the kernel has no pids controller of control groups");
  return static_cast<uint32_t>(*number);
}

}  // namespace

Result<uint64_t> GroupLayout::group_id(const std::string& folder) const {
  // A file handle of kernfs is the group's id. Source: linux/exportfs.h, FILEID_KERNFS.
  alignas(file_handle) char buffer[sizeof(file_handle) + sizeof(uint64_t)] = {};
  auto* handle = reinterpret_cast<file_handle*>(buffer);
  handle->handle_bytes = sizeof(uint64_t);
  int mount = 0;
  if (::name_to_handle_at(AT_FDCWD, folder.c_str(), handle, &mount, 0) != 0)
    return errno_error("cannot tell the id of control group " + folder, errno);
  uint64_t id = 0;
  std::memcpy(&id, handle->f_handle, sizeof id);
  return id;
}

Result<GroupLayout> group_layout() {
  SEAWALL_TRY(const std::string text, read_file("/proc/self/mountinfo", kMostProc));
  GroupLayout layout;
  std::string old_root;
  for (const benchmark::MountInfo& mount : benchmark::parse_mount_info(text)) {
    const bool has_controller =
        std::find(mount.options.begin(), mount.options.end(), kController) != mount.options.end();
    const bool named = mount.target.ends_with("/pids");
    if (mount.type == "cgroup2" && layout.unified_root.empty()) layout.unified_root = mount.target;
    if (mount.type == "cgroup" && (has_controller || named)) old_root = mount.target;
  }
  if (old_root.empty() && layout.unified_root.empty())
    return unsupported("no control groups are mounted")
        .hint("mount -t cgroup2 none /sys/fs/cgroup");
  layout.name = old_root.empty() ? "v2" : layout.unified_root.empty() ? "v1" : "hybrid";
  layout.root = old_root.empty() ? layout.unified_root : old_root;
  layout.kernel.controller = -1;
  if (!old_root.empty()) {
    SEAWALL_TRY(layout.kernel.controller, kernel_enumerator("cgroup_subsys_id", "pids_cgrp_id"));
    SEAWALL_TRY(layout.kernel.hierarchy, hierarchy_of(kController));
  }
  struct stat root;
  // That of the first process: the guard may have been started elsewhere.
  if (::stat("/proc/1/root", &root) != 0 && ::stat("/", &root) != 0)
    return errno_error("cannot look at the host's root", errno);
  layout.kernel.root_inode = root.st_ino;
  // As the kernel writes it inside: 12 bits and 20.
  layout.kernel.root_device = (major(root.st_dev) << 20) | minor(root.st_dev);
  layout.kernel.own_pid = static_cast<uint64_t>(::getpid());
  return layout;
}

}  // namespace seawall::guard
