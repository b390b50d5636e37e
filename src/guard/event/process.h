// Who did it: processes with their ancestors, and the containers they run in. Built by the process
// table from what the kernel reports; rules and profiles only read them.
//
//   for (const Process* one = &process; one != nullptr; one = one->parent.get()) ...
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::guard {

struct Mount {
  std::string source, target, mode;  // "/var/run/docker.sock", "/run/docker.sock", "rw"
  bool writable = false;
};

// What an engine or a kubelet knows; empty texts where that is not known (yet).
struct Container {
  std::string id;                              // 64 hex digits
  std::string name;                            // "shop_api_1"
  std::string image, repository, tag, digest;  // digest: "sha256:..."
  std::string engine;                          // "docker", "podman", "containerd", "cri-o"
  bool privileged = false;
  bool known = false;   // an engine was asked and answered
  int64_t created = 0;  // nanoseconds since 1970
  std::vector<Mount> mounts;
  std::map<std::string, std::string, std::less<>> labels;
  struct Pod {
    std::string name, space, uid;  // Kubernetes' name, namespace and uid
    std::map<std::string, std::string, std::less<>> labels;
  } pod;
};

// Where the bytes of an executable come from.
enum class FileOrigin : uint8_t {
  kUnknown,
  kImage,     // a layer of the image, as shipped
  kModified,  // of the image, its content written to since
  kTouched,   // of the image, only its metadata changed (chown, touch)
  kNew,       // made after the start
  kVolume,    // another file system: a volume, a tmpfs
  kMemory,    // no name in any file system (memfd, deleted)
};
std::string_view to_string(FileOrigin origin);  // "image", "modified", "new", ...

struct Process {
  int pid = 0, parent_pid = 0;           // of the host
  int inner_pid = 0;                     // in its own pid namespace
  std::string name;                      // comm, at most 15 bytes
  std::string executable;                // path, as its own root sees it: "/usr/bin/bash"
  std::vector<std::string> arguments;    // argv, the program's name first
  bool arguments_cut = false;            // they were longer than what is kept (4 KiB)
  std::string directory;                 // cwd
  std::vector<std::string> environment;  // only where a rule asks for it
  uint32_t uid = 0, gid = 0, login_uid = UINT32_MAX;
  std::string user_name, group_name, login_name;  // as its own root's accounts say; may be empty
  uint64_t capabilities = 0, permitted_capabilities = 0;  // bits by number; effective first
  int session = 0, group = 0;                             // leaders' pids
  uint32_t terminal = 0;                                  // device number; 0: none
  FileOrigin origin = FileOrigin::kUnknown;
  uint64_t inode = 0;
  int64_t file_changed = 0, file_modified = 0;  // ctime, mtime: nanoseconds since 1970
  int64_t started = 0;                          // nanoseconds since 1970: the exec, else the fork
  bool flagged = false;  // a rule spoke of it or of an ancestor: nothing is learned of it
  std::shared_ptr<const Container> container;  // null: the host
  std::shared_ptr<const Process> parent;       // null: not known, or the first

  // "nginx -g daemon off;"
  std::string command_line() const;
};

}  // namespace seawall::guard
