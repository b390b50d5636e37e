#include "guard/kernel/kernel_part.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/log.h"
#include "guard/kernel/kernel_object.h"

namespace seawall::guard {
namespace {

// Loaded always, attached when they are needed.
constexpr const char* kOnDemand[] = {"sw_on_call", "sw_on_call_end", "sw_take_in"};

template <typename T>
std::string bytes_of(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

// Tables of another build of the kernel part do not fit this one: each has a folder of its own.
std::string folder_of_build(const std::string& base) {
  return fmt::format("{}/{}", base, digest_of(kernel_object()).hex.substr(0, 12));
}

}  // namespace

Result<std::unique_ptr<KernelPart>> KernelPart::start(const GroupLayout& layout,
                                                      const Backends& backends,
                                                      const std::string& folder) {
  std::unique_ptr<KernelPart> part(new KernelPart());
  SEAWALL_TRY(const auto sections, KernelObject::programs(kernel_object()));
  const std::vector<std::string> wanted = programs_of(backends);
  for (const auto& [name, section] : sections) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    if (kernel_has(section)) {
      part->programs_.push_back(name);
    } else {
      part->missing_.push_back(fmt::format("{}: this kernel has no {}", name, section));
    }
  }
  KernelObject::Choice choice;
  choice.wanted = part->programs_;
  choice.wanted.insert(choice.wanted.end(), std::begin(kOnDemand), std::end(kOnDemand));
  const bool kills = backends.exec == Backend::kKill;
  choice.constants = {{"sw_layout", bytes_of(layout.kernel)}, {"sw_kill_at_exec", bytes_of(kills)}};
  if (!folder.empty()) {
    choice.folder = folder_of_build(folder);
    std::error_code failed;
    std::filesystem::create_directories(choice.folder, failed);
    if (failed) return errno_error("cannot make " + choice.folder, failed.value());
    part->folder_ = choice.folder;
    // A process's number comes again.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    part->mark_ = fmt::format("link-{}-{}-", ::getpid(), now.count());
  }
  SEAWALL_TRY(part->object_, KernelObject::load(kernel_object(), choice));
  SEAWALL_CHECK(part->attach_all(layout));
  if (!folder.empty()) part->take_over(folder);
  return part;
}

Status KernelPart::attach_all(const GroupLayout& layout) {
  for (const std::string& name : programs_) {
    const std::string group = name.starts_with("sw_call_") ? layout.unified_root : std::string();
    const std::string pin =
        folder_.empty() ? std::string() : fmt::format("{}/{}{}", folder_, mark_, name);
    SEAWALL_CHECK(object_->attach(name, group, pin));
  }
  return {};
}

// Takes away what guards before this one attached, now that its own programs are there.
void KernelPart::take_over(const std::string& base) const {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, failed)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("link-") && !name.starts_with(mark_)) ::unlink(entry.path().c_str());
  }
  for (const auto& entry : std::filesystem::directory_iterator(base, failed)) {
    if (entry.path() == folder_) continue;
    for (const auto& kept : std::filesystem::directory_iterator(entry.path(), failed))
      ::unlink(kept.path().c_str());
    ::rmdir(entry.path().c_str());
  }
}

Status KernelPart::put(const char* table, const void* key, const void* value) const {
  SEAWALL_TRY(const KernelTable found, object_->table(table));
  return found.put(key, value);
}

Status KernelPart::bind(uint64_t group, const wire::sw_container& state) {
  return put("sw_containers", &group, &state);
}

Status KernelPart::unbind(uint64_t group) {
  SEAWALL_TRY(const KernelTable table, object_->table("sw_containers"));
  return table.remove(&group);
}

// Twice: a task that the first walk had passed may have been made by one that it had not reached.
Status KernelPart::take_in() {
  SEAWALL_CHECK(object_->iterate("sw_take_in"));
  return object_->iterate("sw_take_in");
}

namespace {

std::string pending_key(const std::string& container_id) {
  std::string key = container_id.substr(0, wire::SW_NAME);
  key.resize(wire::SW_NAME, '\0');
  return key;
}

}  // namespace

Status KernelPart::wait_for(const std::string& container_id, const wire::sw_container& state) {
  return put("sw_pending", pending_key(container_id).data(), &state);
}

Status KernelPart::forget(const std::string& container_id) {
  SEAWALL_TRY(const KernelTable table, object_->table("sw_pending"));
  return table.remove(pending_key(container_id).data());
}

Status KernelPart::set_profile(uint32_t number, const wire::sw_profile& profile) {
  return put("sw_profiles", &number, &profile);
}

Status KernelPart::set_executable(const wire::sw_exec_key& key, uint32_t verdict) {
  return put("sw_executables", &key, &verdict);
}

Status KernelPart::set_file(const wire::sw_file_key& key, uint32_t verdict) {
  return put("sw_files", &key, &verdict);
}

Status KernelPart::set_peer(const wire::sw_peer_key& key, const wire::sw_peer& peer) {
  return put("sw_peers", &key, &peer);
}

Status KernelPart::set_socket(const wire::sw_socket_key& key) {
  const uint32_t verdict = wire::SW_DENY;
  return put("sw_sockets", &key, &verdict);
}

Status KernelPart::clear_profile(uint32_t number) {
  // Where the profile's number stands in the key of each table.
  struct Place {
    const char* table;
    size_t key_size, offset;
  };
  constexpr Place kPlaces[] = {
      {"sw_executables", sizeof(wire::sw_exec_key), offsetof(wire::sw_exec_key, profile)},
      {"sw_files", sizeof(wire::sw_file_key), offsetof(wire::sw_file_key, profile)},
      {"sw_peers", sizeof(wire::sw_peer_key), offsetof(wire::sw_peer_key, profile)},
      {"sw_sockets", sizeof(wire::sw_socket_key), offsetof(wire::sw_socket_key, profile)},
      {"sw_profiles", sizeof number, 0}};
  for (const Place& place : kPlaces) {
    SEAWALL_TRY(const KernelTable table, object_->table(place.table));
    std::vector<std::string> keys;
    SEAWALL_CHECK(table.each(place.key_size, [&](const void* key) {
      const char* bytes = static_cast<const char*>(key);
      if (std::equal(bytes + place.offset, bytes + place.offset + sizeof number,
                     reinterpret_cast<const char*>(&number)))
        keys.emplace_back(bytes, place.key_size);
    }));
    for (const std::string& key : keys) SEAWALL_CHECK(table.remove(key.data()));
  }
  return {};
}

Status KernelPart::learn_calls(bool on) {
  if (on == learns_calls_) return {};
  if (on) SEAWALL_CHECK(object_->attach("sw_on_call"));
  if (!on) object_->detach("sw_on_call");
  learns_calls_ = on;
  return {};
}

Status KernelPart::start_learning(uint64_t group) {
  const wire::sw_learned nothing = {};
  return put("sw_learning", &group, &nothing);
}

Result<wire::sw_learned> KernelPart::learned(uint64_t group) const {
  SEAWALL_TRY(const KernelTable table, object_->table("sw_learning"));
  wire::sw_learned value = {};
  SEAWALL_TRY(const bool found, table.get(&group, &value));
  if (!found) return Error(Code::kNotFound, "nothing is learned of this control group");
  return value;
}

Status KernelPart::want_calls(const std::vector<Wanted>& calls) {
  wire::sw_calls bits = {};
  for (const Wanted& call : calls) {
    if (call.number >= wire::SW_CALLS) continue;
    bits.bits[call.number / 64] |= uint64_t{1} << (call.number % 64);
    SEAWALL_CHECK(put("sw_readings", &call.number, &call.reading));
  }
  const uint32_t zero = 0;
  SEAWALL_CHECK(put("sw_wanted_calls", &zero, &bits));
  const bool on = !calls.empty();
  if (on == sends_calls_) return {};
  if (on) SEAWALL_CHECK(object_->attach("sw_on_call_end"));
  if (!on) object_->detach("sw_on_call_end");
  sends_calls_ = on;
  return {};
}

Result<std::vector<uint64_t>> KernelPart::counters() const {
  SEAWALL_TRY(const KernelTable table, object_->table("sw_counters"));
  const long processors = ::sysconf(_SC_NPROCESSORS_CONF);
  std::vector<uint64_t> values(static_cast<size_t>(std::max(processors, 1L))), sums;
  for (uint32_t i = 0; i < wire::SW_COUNTERS; ++i) {
    SEAWALL_TRY(const bool found, table.get(&i, values.data()));
    uint64_t sum = 0;
    for (const uint64_t value : values) sum += found ? value : 0;
    sums.push_back(sum);
  }
  return sums;
}

Result<uint64_t> KernelPart::lost(uint64_t group) const {
  SEAWALL_TRY(const KernelTable table, object_->table("sw_lost"));
  uint64_t count = 0;
  SEAWALL_TRY(const bool found, table.get(&group, &count));
  return found ? count : 0;
}

Result<size_t> KernelPart::poll(int milliseconds,
                                const std::function<void(std::span<const unsigned char>)>& record) {
  if (!ring_open_) {
    SEAWALL_CHECK(object_->open_ring("sw_ring", record));
    ring_open_ = true;
  }
  return object_->poll(milliseconds);
}

}  // namespace seawall::guard
