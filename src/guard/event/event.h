// Something that the kernel saw, joined with who did it: what behaviour rules, Falco's rules and
// profiles judge. One event is one system call that ended (or a kernel hook that spoke), named as
// the kernel names it: "execve", "openat", "connect".
//
//   const Event event = ...;
//   if (event.type == EventType::kOpen && event.writes()) use(event.file.name);
//
// Its JSON form is docs/schema/guard-event-1.json (event_json.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/event/process.h"

namespace seawall::guard {

// What kind of thing happened; rules are indexed by it.
enum class EventType : uint8_t {
  kExec,        // execve, execveat
  kFork,        // clone, clone3, fork, vfork
  kExit,        // procexit
  kOpen,        // open, openat, openat2, creat, open_by_handle_at
  kConnect,     // connect
  kAccept,      // accept, accept4
  kBind,        // bind
  kListen,      // listen
  kSend,        // sendto, sendmsg
  kReceive,     // recvfrom, recvmsg
  kSocket,      // socket
  kDuplicate,   // dup, dup2, dup3
  kLink,        // link, linkat
  kSymlink,     // symlink, symlinkat
  kRename,      // rename, renameat, renameat2
  kUnlink,      // unlink, unlinkat, rmdir
  kMakeFolder,  // mkdir, mkdirat
  kMakeNode,    // mknod, mknodat
  kMode,        // chmod, fchmod, fchmodat
  kOwner,       // chown, fchown, lchown, fchownat
  kMemory,      // memfd_create; mmap and mprotect of executable memory
  kTrace,       // ptrace, process_vm_readv, process_vm_writev
  kModule,      // init_module, finit_module, delete_module
  kMount,       // mount, umount2, move_mount, fsmount, pivot_root
  kNamespace,   // unshare, setns
  kIdentity,    // setuid, setgid, setresuid, ..., capset
  kSignal,      // kill, tkill, tgkill
  kBpf,         // bpf
  kPerf,        // perf_event_open
  kKeyring,     // keyctl, add_key, request_key
  kFaults,      // userfaultfd
  kOther,       // any other system call, named
  kDenied,      // the guard, the kernel or seccomp refused; `refused_by` says who
};
std::string_view to_string(EventType type);  // "exec", "open", "make_folder"

// What the guard denies, by the kernel part's number (wire::sw_what): "exec", "newFile", "connect".
// The `call` of an event of kDenied that the guard refused is one of them. The first stands for
// none.
std::span<const std::string_view> denied_words();

enum class FileKind : uint8_t {
  kNone,
  kRegular,
  kFolder,
  kDevice,
  kPipe,
  kIpv4,
  kIpv6,
  kUnix,
  kNetlink,
  kPacket,
  kMemory,
  kEvent,
  kOther,
};

// An address of IPv4 (in the last 4 bytes, ::ffff:a.b.c.d) or IPv6.
struct Address {
  uint8_t bytes[16] = {};
  uint16_t port = 0;
  bool set = false;
};

// The file or socket that an event is about.
struct FileSubject {
  int number = -1;  // file descriptor
  FileKind kind = FileKind::kNone;
  std::string name;      // absolute path as its own root sees it; of a unix socket its path
  std::string raw_name;  // as the caller wrote it: "../etc/shadow"
  std::string protocol;  // "tcp", "udp", "icmp", "raw"
  Address local, remote;
  std::string remote_name;  // the DNS name that led to `remote`, where the guard saw the answer
  bool is_server = false;   // accepted, or bound and listening
  bool connected = false;
  uint64_t inode = 0;
  uint32_t device = 0;
};

struct Argument {
  std::string name;  // as Falco names it: "flags", "oldpath", "request", "domain"
  std::string text;  // for people: "O_RDWR|O_CREAT", "PTRACE_ATTACH"
  int64_t number = 0;
};

struct Event {
  uint64_t number = 0;  // of this run of the guard, from 1
  int64_t time = 0;     // nanoseconds since 1970
  uint16_t cpu = 0;
  EventType type = EventType::kOther;
  std::string_view call;  // the system call, or what was denied: static text
  int64_t result = 0;     // what it returned; negative: an errno
  FileSubject file;
  std::vector<Argument> arguments;
  std::string refused_by;                  // "guard", "kernel", "seccomp"; empty: not refused
  std::shared_ptr<const Process> process;  // never null

  bool failed() const { return result < 0; }
  const Argument* argument(std::string_view name) const;
  // Of kOpen: O_WRONLY or O_RDWR; O_RDONLY or O_RDWR. A failed open does neither.
  bool writes() const;
  bool reads() const;
};

}  // namespace seawall::guard
