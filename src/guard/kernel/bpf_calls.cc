#include "guard/kernel/bpf_calls.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::guard {
namespace {

// The loader's last words, for the error that follows.
thread_local std::string last_words;

int keep_words(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  char line[1024];
  const int size = std::vsnprintf(line, sizeof line, format, arguments);
  if (size > 0) last_words.append(line, std::min<size_t>(size, sizeof line - 1));
  if (last_words.size() > 64u << 10) last_words.erase(0, last_words.size() - (32u << 10));
  return size;
}

void start_words() {
  libbpf_set_print(keep_words);
  last_words.clear();
}

// The end of what the verifier or the loader said, on one line.
std::string words() {
  std::string_view text = trim(last_words);
  if (text.size() > 400) text.remove_prefix(text.size() - 400);
  std::string out = printable(text);
  return out;
}

Error kernel_error(std::string_view action, int code) {
  const int number = code < 0 ? -code : code;
  Error error = errno_error(action, number);
  const std::string said = words();
  if (!said.empty()) error = Error(error.code(), error.message() + "; " + said);
  if (number == EPERM || number == EACCES)
    return std::move(error).hint("run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN");
  return error;
}

}  // namespace

Status KernelTable::put(const void* key, const void* value) const {
  if (bpf_map_update_elem(fd_, key, value, BPF_ANY) != 0)
    return errno_error("cannot write to a table of the kernel", errno);
  return {};
}

Status KernelTable::remove(const void* key) const {
  if (bpf_map_delete_elem(fd_, key) != 0 && errno != ENOENT)
    return errno_error("cannot take a row out of a table of the kernel", errno);
  return {};
}

Result<bool> KernelTable::get(const void* key, void* value) const {
  if (bpf_map_lookup_elem(fd_, key, value) == 0) return true;
  if (errno == ENOENT) return false;
  return errno_error("cannot read a table of the kernel", errno);
}

Status KernelTable::each(size_t key_size, const std::function<void(const void*)>& visit) const {
  std::string key(key_size, '\0'), next(key_size, '\0');
  const void* from = nullptr;
  while (bpf_map_get_next_key(fd_, from, next.data()) == 0) {
    visit(next.data());
    key = next;
    from = key.data();
  }
  if (errno != ENOENT) return errno_error("cannot walk a table of the kernel", errno);
  return {};
}

struct KernelObject::Links {
  std::map<std::string, bpf_link*> open;  // by program
};

KernelObject::~KernelObject() {
  if (ring_ != nullptr) ring_buffer__free(ring_);
  if (links_ != nullptr) {
    for (const auto& [name, link] : links_->open) bpf_link__destroy(link);
  }
  if (object_ != nullptr) bpf_object__close(object_);
}

Result<std::vector<std::pair<std::string, std::string>>> KernelObject::programs(
    std::string_view bytes) {
  start_words();
  bpf_object* object = bpf_object__open_mem(bytes.data(), bytes.size(), nullptr);
  if (object == nullptr) return kernel_error("cannot read the kernel part", errno);
  std::vector<std::pair<std::string, std::string>> names;
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(object, program)) != nullptr)
    names.emplace_back(bpf_program__name(program), bpf_program__section_name(program));
  bpf_object__close(object);
  return names;
}

Result<std::unique_ptr<KernelObject>> KernelObject::load(std::string_view bytes,
                                                         const Choice& choice) {
  start_words();
  std::unique_ptr<KernelObject> made(new KernelObject());
  made->links_ = std::make_unique<Links>();
  made->object_ = bpf_object__open_mem(bytes.data(), bytes.size(), nullptr);
  if (made->object_ == nullptr) return kernel_error("cannot read the kernel part", errno);
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(made->object_, program)) != nullptr) {
    const bool wanted = std::find(choice.wanted.begin(), choice.wanted.end(),
                                  bpf_program__name(program)) != choice.wanted.end();
    bpf_program__set_autoload(program, wanted);
  }
  bpf_map* map = nullptr;
  bpf_map* constants = nullptr;
  while ((map = bpf_object__next_map(made->object_, map)) != nullptr) {
    const std::string name = bpf_map__name(map);
    if (name.ends_with(".rodata")) constants = map;
    if (name.find('.') != name.npos || choice.folder.empty() || !name.starts_with("sw_")) continue;
    bpf_map__set_pin_path(map, (choice.folder + "/" + name).c_str());
  }
  const btf* types = bpf_object__btf(made->object_);
  for (const auto& [name, value] : choice.constants) {
    const int section =
        types == nullptr ? -1 : btf__find_by_name_kind(types, ".rodata", BTF_KIND_DATASEC);
    size_t size = 0;
    char* data =
        constants == nullptr
            ? nullptr
            : static_cast<char*>(const_cast<void*>(bpf_map__initial_value(constants, &size)));
    if (section < 0 || data == nullptr)
      return Error(Code::kInternal, "the kernel part has no constants");
    const btf_type* type = btf__type_by_id(types, static_cast<uint32_t>(section));
    const btf_var_secinfo* places = btf_var_secinfos(type);
    bool found = false;
    for (uint16_t i = 0; i < btf_vlen(type); ++i) {
      const btf_type* variable = btf__type_by_id(types, places[i].type);
      if (name != btf__name_by_offset(types, variable->name_off)) continue;
      if (places[i].size != value.size() || places[i].offset + value.size() > size)
        return Error(Code::kInternal, "the constant " + name + " has another size");
      std::memcpy(data + places[i].offset, value.data(), value.size());
      found = true;
    }
    if (!found) return Error(Code::kInternal, "the kernel part has no constant " + name);
  }
  if (const int code = bpf_object__load(made->object_); code != 0)
    return kernel_error("the kernel refuses the guard's programs", code);
  return made;
}

Status KernelObject::attach(const std::string& name, const std::string& group,
                            const std::string& pin) {
  start_words();
  bpf_program* program = bpf_object__find_program_by_name(object_, name.c_str());
  if (program == nullptr) return Error(Code::kInternal, "there is no program " + name);
  bpf_link* link = nullptr;
  if (group.empty()) {
    link = bpf_program__attach(program);
  } else {
    const FileDescriptor folder(::open(group.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return errno_error("cannot open " + group, errno);
    link = bpf_program__attach_cgroup(program, folder.get());
  }
  if (link == nullptr) return kernel_error("cannot attach " + name, errno);
  if (!pin.empty()) {
    if (const int code = bpf_link__pin(link, pin.c_str()); code != 0) {
      bpf_link__destroy(link);
      return kernel_error("cannot keep " + name + " at " + pin, code);
    }
  }
  detach(name);
  links_->open[name] = link;
  return {};
}

Status KernelObject::iterate(const std::string& name) {
  start_words();
  bpf_program* program = bpf_object__find_program_by_name(object_, name.c_str());
  if (program == nullptr) return Error(Code::kInternal, "there is no program " + name);
  bpf_link* link = bpf_program__attach_iter(program, nullptr);
  if (link == nullptr) return kernel_error("cannot attach " + name, errno);
  const FileDescriptor walk(bpf_iter_create(bpf_link__fd(link)));
  const int failed = walk.valid() ? 0 : errno;
  char nothing[64];
  while (walk.valid() && ::read(walk.get(), nothing, sizeof nothing) > 0) {
  }
  bpf_link__destroy(link);
  if (failed != 0) return kernel_error("cannot run " + name, failed);
  return {};
}

void KernelObject::detach(const std::string& program) {
  const auto found = links_->open.find(program);
  if (found == links_->open.end()) return;
  bpf_link__destroy(found->second);
  links_->open.erase(found);
}

Result<KernelTable> KernelObject::table(const std::string& name) const {
  const int fd = bpf_object__find_map_fd_by_name(object_, name.c_str());
  if (fd < 0) return Error(Code::kInternal, "the kernel part has no table " + name);
  return KernelTable(fd);
}

Status KernelObject::open_ring(const std::string& name,
                               std::function<void(std::span<const unsigned char>)> record) {
  SEAWALL_TRY(const KernelTable table, this->table(name));
  (void)table;
  record_ = std::move(record);
  const auto sample = [](void* self, void* data, size_t size) {
    static_cast<KernelObject*>(self)->record_({static_cast<const unsigned char*>(data), size});
    return 0;
  };
  ring_ = ring_buffer__new(bpf_object__find_map_fd_by_name(object_, name.c_str()), sample, this,
                           nullptr);
  if (ring_ == nullptr) return kernel_error("cannot map the ring of events", errno);
  return {};
}

Result<size_t> KernelObject::poll(int milliseconds) {
  const int count = ring_buffer__poll(ring_, milliseconds);
  if (count >= 0) {
    // Records that came without a wake-up.
    const int more = ring_buffer__consume(ring_);
    return static_cast<size_t>(count + std::max(more, 0));
  }
  if (count == -EINTR) return Error(Code::kCancelled, "a signal came");
  return kernel_error("cannot read the ring of events", count);
}

bool kernel_has(const std::string& section) {
  if (!section.starts_with("lsm/")) return true;
  start_words();
  return libbpf_find_vmlinux_btf_id(section.substr(4).c_str(), BPF_LSM_MAC) > 0;
}

Result<int> kernel_enumerator(const std::string& type, const std::string& name) {
  start_words();
  btf* types = btf__load_vmlinux_btf();
  if (types == nullptr) {
    return unsupported("the kernel does not describe its types (/sys/kernel/btf/vmlinux)")
        .hint("use a kernel that is built with CONFIG_DEBUG_INFO_BTF");
  }
  Result<int> number = Error(Code::kNotFound, "the kernel knows no " + name);
  const int id = btf__find_by_name_kind(types, type.c_str(), BTF_KIND_ENUM);
  if (id > 0) {
    const btf_type* found = btf__type_by_id(types, static_cast<uint32_t>(id));
    const struct btf_enum* members = ::btf_enum(found);
    for (uint16_t i = 0; i < btf_vlen(found); ++i) {
      if (name == btf__name_by_offset(types, members[i].name_off)) number = members[i].val;
    }
  }
  btf__free(types);
  return number;
}

namespace {

constexpr bpf_insn kReturnZero[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};

Result<FileDescriptor> load_program(bpf_prog_type type, bpf_attach_type attach, const char* hook,
                                    std::span<const bpf_insn> code) {
  start_words();
  bpf_prog_load_opts options = {};
  options.sz = sizeof options;
  options.expected_attach_type = attach;
  if (hook != nullptr) {
    const int id = libbpf_find_vmlinux_btf_id(hook, attach);
    if (id < 0) return kernel_error(fmt::format("the kernel has no {}", hook), id);
    options.attach_btf_id = static_cast<uint32_t>(id);
  }
  const int fd = bpf_prog_load(type, "seawall_try", "GPL", code.data(), code.size(), &options);
  if (fd < 0) return kernel_error("the kernel refuses a trial program", fd);
  return FileDescriptor(fd);
}

}  // namespace

Status try_program(ProgramKind kind) {
  switch (kind) {
    case ProgramKind::kTracepoint: {
      SEAWALL_TRY(
          const FileDescriptor program,
          load_program(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "sched_process_exec", kReturnZero));
      return {};
    }
    case ProgramKind::kHook: {
      SEAWALL_TRY(const FileDescriptor program,
                  load_program(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bprm_check_security", kReturnZero));
      return {};
    }
    case ProgramKind::kGroupSocket: {
      constexpr bpf_insn kPass[] = {
          {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 1},
          kReturnZero[1]};
      SEAWALL_TRY(
          const FileDescriptor program,
          load_program(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, nullptr, kPass));
      return {};
    }
  }
  return {};
}

Status try_hook() {
  const auto own = static_cast<int32_t>(::syscall(SYS_gettid));
  // if ((u32)bpf_get_current_pid_tgid() == own) return -EPERM; return 0;
  const bpf_insn code[] = {
      {.code = BPF_JMP | BPF_CALL,
       .dst_reg = 0,
       .src_reg = 0,
       .off = 0,
       .imm = BPF_FUNC_get_current_pid_tgid},
      {.code = BPF_JMP32 | BPF_JNE | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 2, .imm = own},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = -EPERM},
      {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
      kReturnZero[0],
      kReturnZero[1]};
  SEAWALL_TRY(const FileDescriptor program,
              load_program(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "task_getpgid", code));
  const FileDescriptor link(bpf_raw_tracepoint_open(nullptr, program.get()));
  if (!link.valid()) return kernel_error("the kernel attaches no hooks", errno);
  if (::getpgid(::getpid()) != -1 || errno != EPERM) {
    return unsupported("the kernel loads hooks and does not call them")
        .hint("add bpf to the list of lsm= on the kernel's command line");
  }
  return {};
}

}  // namespace seawall::guard
