#include "guard/agent/guard.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "benchmark/collectors/host_paths.h"
#include "guard/kernel/calls.h"
#include "guard/kernel/profile_rows.h"

namespace seawall::guard {
namespace {

constexpr uint32_t kFirstProfile = Canary::kProfile + 1;
constexpr size_t kMostProfiles = 4000;
constexpr size_t kMostExpected = 4096;  // as many as the kernel's table of them
constexpr auto kHouse = std::chrono::seconds(5);
constexpr long kBpfMagic = 0xcafe4a11;  // linux/magic.h BPF_FS_MAGIC
constexpr const char* kBpfFolder = "/sys/fs/bpf";

bool is_bpf_folder(const std::string& path) {
  struct statfs info;
  return ::statfs(path.c_str(), &info) == 0 && info.f_type == kBpfMagic;
}

// Where tables and links are kept; mounts a file system of the guard's own where the system has
// none. Empty: nowhere.
std::string keeping_folder(const std::string& run_folder) {
  if (is_bpf_folder(kBpfFolder)) return std::string(kBpfFolder) + "/seawall";
  const std::string own = run_folder + "/bpf";
  if (is_bpf_folder(own)) return own + "/seawall";
  if (!make_directories(own).ok()) return {};
  if (::mount("bpf", own.c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0)
    return {};
  return own + "/seawall";
}

uint32_t flags_of(Mode mode) {
  if (mode == Mode::kEnforce) return wire::SW_ENFORCE;
  return mode == Mode::kLearn ? uint32_t{wire::SW_LEARN} : 0;
}

std::string kernel_release() {
  utsname names;
  return ::uname(&names) == 0 ? names.release : "";
}

}  // namespace

Result<std::unique_ptr<Guard>> Guard::start(GuardOptions options) {
  std::unique_ptr<Guard> guard(new Guard(std::move(options)));
  SEAWALL_CHECK(guard->prepare());
  return guard;
}

// The ordered list of what starts; what is attached first sees what the next steps look for.
Status Guard::prepare() {
  if (options_.profiles.size() > kMostProfiles)
    return limit_reached(fmt::format("more than {} profiles", kMostProfiles));
  for (const std::string& folder : {options_.state_folder, options_.run_folder})
    SEAWALL_CHECK(make_directories(folder));
  remove_status(options_.run_folder);
  SEAWALL_TRY(layout_, group_layout());
  SEAWALL_TRY(backends_, choose_backends(try_kernel()));
  log_info(fmt::format("kernel {}   {}", kernel_release(), backends_.line()));
  if (!backends_.hooks_missing.empty()) log_info("no kernel hooks: " + backends_.hooks_missing);
  const std::string folder = options_.keep ? keeping_folder(options_.run_folder) : std::string();
  if (options_.keep && folder.empty())
    problems_.push_back(
        "there is no BPF file system to keep what is attached, and none can be mounted");
  SEAWALL_TRY(part_, KernelPart::start(layout_, backends_, folder));
  for (const std::string& missing : part_->missing()) problems_.push_back(missing);
  directory_ = std::make_unique<ContainerDirectory>(layout_, options_.docker_socket);
  maker_ = std::make_unique<EventMaker>(*directory_);
  for (size_t i = 0; i < options_.profiles.size(); ++i)
    SEAWALL_CHECK(load_profile(kFirstProfile + static_cast<uint32_t>(i), options_.profiles[i]));
  watch_ = std::make_unique<EngineWatch>(
      options_.docker_socket,
      [this](const std::string& id, const std::string& image) { expect(id, image); });
  for (const ContainerDirectory::Group& group : directory_->read_groups())
    bind_group(group.group, group.id, false);
  SEAWALL_CHECK(part_->take_in());
  maker_->processes().read_proc();
  std::vector<KernelPart::Wanted> wanted;
  for (const SystemCall* call : calls_of(options_.calls))
    wanted.push_back({call->number, reading_of(*call)});
  SEAWALL_CHECK(part_->want_calls(wanted));
  refresh_sockets();
  auto canary = Canary::prepare(layout_, options_.state_folder);
  if (canary.ok()) {
    canary_.emplace(std::move(*canary));
  } else {
    canary_error_ = canary.error().text();
  }
  try_canary();
  house_at_ = std::chrono::steady_clock::now();
  return write_status(status(), options_.run_folder);
}

Status Guard::load_profile(uint32_t number, const Profile& profile) {
  // Rows of a guard before this one, which may have had other profiles under this number.
  SEAWALL_CHECK(part_->clear_profile(number));
  const ProfileRows rows = rows_of(profile, number);
  for (const std::string& problem : rows.problems)
    problems_.push_back(fmt::format("profile {}: {}", profile.name, problem));
  for (const auto& [key, verdict] : rows.executables)
    SEAWALL_CHECK(part_->set_executable(key, verdict));
  for (const auto& [key, verdict] : rows.files) SEAWALL_CHECK(part_->set_file(key, verdict));
  for (const auto& [key, peer] : rows.peers) SEAWALL_CHECK(part_->set_peer(key, peer));
  return part_->set_profile(number, rows.profile);
}

std::pair<uint32_t, Mode> Guard::numbered(size_t index) const {
  const Profile& profile = options_.profiles[index];
  // What was learned with losses may miss what is needed: a person has to say so first.
  const bool incomplete = profile.learned.events > 0 && !profile.learned.complete();
  const Mode mode = profile.mode == Mode::kEnforce && incomplete ? Mode::kObserve : profile.mode;
  return {kFirstProfile + static_cast<uint32_t>(index), mode};
}

std::optional<std::pair<uint32_t, Mode>> Guard::profile_named(const std::string& image) const {
  // "registry:5000/shop/api:1@sha256:..." also as it is without tag and digest.
  const std::string plain = image.substr(0, image.find('@'));
  const size_t colon = plain.find(':', plain.rfind('/') == plain.npos ? 0 : plain.rfind('/'));
  const std::string repository = plain.substr(0, colon);
  for (size_t i = 0; i < options_.profiles.size(); ++i) {
    const std::vector<std::string>& patterns = options_.profiles[i].images;
    const bool named = std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
      return fits_wildcards(pattern, image) || fits_wildcards(pattern, repository);
    });
    if (named) return numbered(i);
  }
  return std::nullopt;
}

// A profile of the image's digest comes before one of its name.
std::pair<uint32_t, Mode> Guard::profile_for(const std::string& container_id) {
  const auto container = directory_->ask(container_id);
  const auto image = directory_->image_of(container_id);
  if (!container || !image) return {0, Mode::kObserve};
  for (size_t i = 0; i < options_.profiles.size(); ++i) {
    const std::string& digest = options_.profiles[i].image;
    if (digest.empty()) continue;
    const bool one_of =
        std::find(image->digests.begin(), image->digests.end(), digest) != image->digests.end();
    if (digest == image->id || one_of) return numbered(i);
  }
  return profile_named(container->image).value_or(std::pair{0u, Mode::kObserve});
}

// In the thread of the watch: the container is made and its group is not there yet. There may be
// little time, so what its name tells counts until the engine has told all.
void Guard::expect(const std::string& container_id, const std::string& image) {
  const auto wait = [&](const std::pair<uint32_t, Mode>& found) {
    const auto [number, mode] = found;
    if (number == 0) return;
    {
      const std::lock_guard lock(mutex_);
      expected_[container_id] = found;
    }
    const Status bound = part_->wait_for(container_id, {number, flags_of(mode)});
    if (!bound.ok()) log_warning(bound.error().text());
  };
  if (const auto named = profile_named(image)) wait(*named);
  wait(profile_for(container_id));
}

void Guard::bind_group(uint64_t group, const std::string& container_id, bool late) {
  const auto [number, mode] = profile_for(container_id);
  bound_[group] = {container_id, number, mode, late && number != 0};
  if (number == 0) return;
  if (mode == Mode::kLearn) {
    if (const Status learning = part_->start_learning(group); !learning.ok())
      log_warning(learning.error().text());
  }
  if (const Status bound = part_->bind(group, {number, flags_of(mode)}); !bound.ok())
    log_warning(bound.error().text());
  if (!late) return;
  ++late_;
  if (const Status taken = part_->take_in(); !taken.ok()) log_warning(taken.error().text());
}

void Guard::handle(std::span<const unsigned char> bytes) {
  const auto record = read_record(bytes);
  if (!record.ok()) {
    ++damaged_;
    return;
  }
  if (const auto* group = std::get_if<GroupRecord>(&*record)) {
    const uint64_t id = group->fixed.record.group;
    maker_->make(*record);
    if (group->fixed.record.result == 0) {
      bound_.erase(id);
      return;
    }
    const std::string container_id = container_id_of(group->name);
    if (container_id.empty()) return;
    std::optional<std::pair<uint32_t, Mode>> expected;
    {
      const std::lock_guard lock(mutex_);
      const auto found = expected_.find(container_id);
      if (found != expected_.end()) expected = found->second;
      // Those that were made and never started.
      if (expected_.size() > kMostExpected) expected_.clear();
    }
    if (expected) {
      // The kernel part bound it when it was made.
      bound_[id] = {container_id, expected->first, expected->second, false};
    } else {
      bind_group(id, container_id, true);
    }
    return;
  }
  const auto event = maker_->make(*record);
  if (!event) return;
  const auto group_of = [](const auto& one) {
    if constexpr (requires { one.fixed.record; })
      return one.fixed.record.group;
    else
      return one.fixed.group;
  };
  if (canary_ && std::visit(group_of, *record) == canary_->group()) return;
  if (event->type == EventType::kDenied) maker_->processes().flag(event->process->pid);
  if (see_) see_(*event);
}

Status Guard::turn(int milliseconds, const std::function<void(const Event&)>& see) {
  see_ = see;
  const auto polled =
      part_->poll(milliseconds, [this](std::span<const unsigned char> bytes) { handle(bytes); });
  if (!polled.ok() && polled.error().code() != Code::kCancelled) return polled.error();
  const auto now = std::chrono::steady_clock::now();
  if (now - canary_at_ >= std::chrono::seconds(options_.canary_seconds)) try_canary();
  if (now - house_at_ >= kHouse) {
    house_at_ = now;
    keep_house();
  }
  return {};
}

void Guard::keep_house() {
  refresh_sockets();
  if (const Status written = write_status(status(), options_.run_folder); !written.ok())
    log_warning(written.error().text());
}

void Guard::try_canary() {
  canary_at_ = std::chrono::steady_clock::now();
  if (!canary_) return;
  auto result = canary_->run(*part_, backends_);
  canary_error_ = result.ok() ? std::string() : result.error().text();
  if (result.ok()) canary_result_ = *result;
  if (!result.ok()) log_error("canary: " + canary_error_);
  if (result.ok() && !result->holds())
    log_error("canary: " + result->words() + "; what profiles deny is not denied on this host");
}

// Engines make their sockets anew when they start.
void Guard::refresh_sockets() {
  for (size_t i = 0; i < options_.profiles.size(); ++i) {
    for (const std::string& path : options_.profiles[i].network.deny_unix) {
      std::vector<std::string> paths = {path};
      if (path == "engine") {
        paths = benchmark::usual_engine_sockets();
        paths.push_back(options_.docker_socket);
      }
      for (const std::string& one : paths) {
        struct stat info;
        if (::stat(one.c_str(), &info) != 0) continue;
        wire::sw_socket_key key = {};
        key.inode = info.st_ino;
        key.device = (major(info.st_dev) << 20) | minor(info.st_dev);
        key.profile = kFirstProfile + static_cast<uint32_t>(i);
        if (const Status set = part_->set_socket(key); !set.ok()) log_warning(set.error().text());
      }
    }
  }
}

Guard::~Guard() {
  watch_.reset();
  remove_status(options_.run_folder);
}

GuardStatus Guard::status() {
  GuardStatus status;
  status.time = static_cast<int64_t>(std::time(nullptr));
  status.pid = ::getpid();
  status.kernel = kernel_release();
  status.exec = to_string(backends_.exec);
  status.files = to_string(backends_.files);
  status.network = to_string(backends_.network);
  status.privilege = to_string(backends_.privilege);
  status.hooks_missing = backends_.hooks_missing;
  status.groups = layout_.name;
  status.kept = part_->kept();
  status.canary = !canary_error_.empty() ? canary_error_
                  : canary_result_       ? canary_result_->words()
                                         : "not tried yet";
  if (canary_result_) {
    status.canary_time = canary_result_->time;
    status.canary_holds = canary_error_.empty() && canary_result_->holds();
  }
  for (const auto& [group, bound] : bound_) {
    const auto container = directory_->ask(bound.id);
    GuardStatus::ContainerState state;
    state.id = bound.id;
    if (container) {
      state.name = container->name;
      state.image = container->image;
    }
    if (bound.profile != 0) {
      state.profile = options_.profiles[bound.profile - kFirstProfile].name;
      state.mode = to_string(bound.mode);
    }
    state.lost = part_->lost(group).value_or(0);
    state.late = bound.late;
    status.containers.push_back(std::move(state));
  }
  if (const auto counters = part_->counters(); counters.ok()) {
    status.counters["events"] = (*counters)[wire::SW_COUNT_EVENTS];
    status.counters["lostRing"] = (*counters)[wire::SW_COUNT_LOST_RING];
    status.counters["lostScratch"] = (*counters)[wire::SW_COUNT_LOST_SCRATCH];
    status.counters["cut"] = (*counters)[wire::SW_COUNT_CUT];
    for (uint32_t what = 1; what < wire::SW_WHAT_COUNT; ++what) {
      const std::string word(denied_word(what));
      if (const uint64_t count = (*counters)[wire::SW_COUNT_DENIED + what]; count > 0)
        status.counters["denied." + word] = count;
      if (const uint64_t count = (*counters)[wire::SW_COUNT_OBSERVED + what]; count > 0)
        status.counters["observed." + word] = count;
    }
  }
  status.counters["damagedRecords"] = damaged_;
  status.counters["boundLate"] = late_;
  status.counters["processes"] = maker_->processes().size();
  status.counters["processesForgotten"] = maker_->processes().forgotten();
  status.problems = problems_;
  if (const std::string problem = directory_->engine_problem(); !problem.empty())
    status.problems.push_back("containers have no names, and no profile fits them: " + problem);
  return status;
}

}  // namespace seawall::guard
