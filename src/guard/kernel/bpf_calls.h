// The adapter of libbpf: nothing else in the product includes it. Loads the kernel part, moves its
// tables and its ring, and tries single programs.
//
//   SEAWALL_TRY(const auto object, KernelObject::load(bytes, wanted, constants));
//   SEAWALL_TRY(const auto table, object->table("sw_containers"));
//   SEAWALL_CHECK(table.put(&key, &value));
//
// ERRORS: kPermission (missing rights, or a platform that refuses the kind of program),
// kUnsupported (an old kernel, no type information), each with the loader's own last words.
// THREADS: an object belongs to one thread; tables may be used by several.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

struct bpf_object;
struct ring_buffer;

namespace seawall::guard {

// A table in the kernel.
class KernelTable {
 public:
  explicit KernelTable(int descriptor) : fd_(descriptor) {}
  Status put(const void* key, const void* value) const;
  // Nothing there is no error.
  Status remove(const void* key) const;
  // False: nothing there. A per-processor table fills as many values as there are processors.
  Result<bool> get(const void* key, void* value) const;
  // Every key, while others may change it; `key_size` bytes each.
  Status each(size_t key_size, const std::function<void(const void* key)>& visit) const;

 private:
  int fd_;
};

class KernelObject {
 public:
  // `wanted`: names of programs; all others stay out. `constants`: the bytes of a constant of the
  // object by its name. `folder`: on a BPF file system, where tables are kept and found again;
  // empty: they end with this process.
  struct Choice {
    std::vector<std::string> wanted;
    std::vector<std::pair<std::string, std::string>> constants;
    std::string folder;
  };
  static Result<std::unique_ptr<KernelObject>> load(std::string_view bytes, const Choice& choice);
  ~KernelObject();

  // Every program of `bytes`, with its section: {"sw_on_exec", "tp_btf/sched_process_exec"}.
  static Result<std::vector<std::pair<std::string, std::string>>> programs(std::string_view bytes);

  // Attaches a program; those of control groups to the folder `group`. The link ends with this
  // object unless `pin` names a path on a BPF file system.
  Status attach(const std::string& program, const std::string& group = {},
                const std::string& pin = {});
  // Runs an iterator from one end to the other.
  Status iterate(const std::string& program);
  // Nothing attached is no error.
  void detach(const std::string& program);
  Result<KernelTable> table(const std::string& name) const;
  // Calls `record` for what stands in the ring; waits at most `milliseconds` for the first one.
  // Returns how many. ERRORS: what `wait` meets; kCancelled when a signal came.
  Result<size_t> poll(int milliseconds);
  Status open_ring(const std::string& name,
                   std::function<void(std::span<const unsigned char>)> record);

 private:
  KernelObject() = default;
  struct Links;
  bpf_object* object_ = nullptr;
  ring_buffer* ring_ = nullptr;
  std::unique_ptr<Links> links_;
  std::function<void(std::span<const unsigned char>)> record_;
};

// The number of an enumerator of the running kernel.
Result<int> kernel_enumerator(const std::string& type, const std::string& name);

// Whether the running kernel has the hook of a section ("lsm/file_open"); sections of other kinds
// are there wherever they load.
bool kernel_has(const std::string& section);

// The kinds of programs that enforcement is made of.
enum class ProgramKind : uint8_t { kTracepoint, kHook, kGroupSocket };
// Loads the smallest program of the kind and throws it away.
Status try_program(ProgramKind kind);
// Attaches a hook that refuses one harmless question of this thread alone, asks it, and looks
// whether it was refused: a kernel may load hooks and never call them.
Status try_hook();

}  // namespace seawall::guard
