// When the host was last updated, and whether what runs is what is installed.
#include <algorithm>
#include <optional>

#include "advisory/database.h"
#include "advisory/ecosystem.h"
#include "advisory/version.h"
#include "base/strings.h"
#include "base/time.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/os_facts.h"
#include "benchmark/collectors/pending.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

// What each package manager writes when it changes something, and when it asks for news.
constexpr std::string_view kChanged[] = {"/var/lib/dpkg/status",
                                         "/var/lib/rpm/rpmdb.sqlite",
                                         "/var/lib/rpm/Packages.db",
                                         "/var/lib/rpm/Packages",
                                         "/usr/lib/sysimage/rpm/rpmdb.sqlite",
                                         "/usr/lib/sysimage/rpm/Packages.db",
                                         "/lib/apk/db/installed",
                                         "/var/lib/pacman/local"};
constexpr std::string_view kAsked[] = {"/var/lib/apt/lists",  "/var/cache/apt/pkgcache.bin",
                                       "/var/cache/dnf",      "/var/cache/libdnf5",
                                       "/var/cache/yum",      "/var/cache/apk",
                                       "/var/cache/zypp/raw", "/var/lib/pacman/sync"};

void write_newest(JsonWriter& json, std::string_view key, std::span<const std::string_view> paths,
                  const HostFiles& files) {
  UnixSeconds newest = 0;
  std::optional<Error> unseen;
  for (const std::string_view path : paths) {
    const auto info = files.status(std::string(path));
    if (!info.ok() && info.error().code() != Code::kNotFound) unseen = info.error();
    if (info.ok()) newest = std::max(newest, static_cast<UnixSeconds>(info->st_mtim.tv_sec));
  }
  if (newest > 0) {
    json.key(key).string(to_rfc3339(newest));
  } else if (unseen) {
    json.key(key);
    write_error(json, *unseen);
  }
}

// The newest of /lib/modules, where every kernel keeps its own.
Result<std::string> newest_kernel(const HostFiles& files) {
  std::string newest;
  for (const char* folder : {"/lib/modules", "/usr/lib/modules"}) {
    const auto names = files.names(folder);
    if (!names.ok() && names.error().code() == Code::kNotFound) continue;
    if (!names.ok()) return names.error();
    for (const std::string& name : *names) {
      // A removed kernel leaves a folder without its list of modules behind.
      if (!files.exists(std::string(folder) + "/" + name + "/modules.dep")) continue;
      if (newest.empty() || advisory::compare(advisory::VersionScheme::kDpkg, name, newest) > 0)
        newest = to_valid_utf8(name);
    }
  }
  if (newest.empty()) return Error(Code::kNotFound, "no kernel is installed");
  return newest;
}

// "28.1.0" and "6.1.0-28-amd64" have the cycles "28.1" and "28", "6.1" and "6".
void write_end(JsonWriter& json, std::string_view key, const advisory::Database& database,
               std::string_view product, std::string_view version) {
  const size_t first = version.find('.');
  const size_t second =
      first == version.npos ? first : version.find_first_not_of("0123456789", first + 1);
  for (const std::string_view cycle : {version.substr(0, second), version.substr(0, first)}) {
    const auto found = database.end_of_life(product, cycle);
    if (!found) continue;
    if (!found->date.empty()) json.key(key).string(found->date);
    return;
  }
}

// What the advisory database knows, where there is one: when the vendors stop looking after what
// runs here, and which of their fixes are not installed.
void write_advisories(JsonWriter& json, const SystemContext& context) {
  if (context.options.database.empty() || !file_exists(context.options.database)) return;
  const auto database = advisory::Database::open(context.options.database);
  if (!database.ok()) return;
  const Distribution distribution = distribution_of(context.files);
  const auto match = advisory::match_distribution(distribution);
  if (match && !match->eol_product.empty()) {
    const auto found = database->end_of_life(match->eol_product, match->eol_cycle);
    if (found && !found->date.empty()) json.key("endOfLife").string(found->date);
  }
  write_end(json, "kernelEndOfLife", *database, "linux",
            context.files.value("/proc/sys/kernel/osrelease"));
  write_end(json, "engineEndOfLife", *database, "docker-engine", context.engines.docker_version);
  const auto pending = pending_security_updates(context.files, *database, distribution);
  if (pending.ok()) {
    json.key("securityPending").integer(static_cast<int64_t>(pending->size()));
    write_texts(json, "securityPackages", *pending);
  } else if (pending.error().code() != Code::kNoData) {
    json.key("securityPending");
    write_error(json, pending.error());
  }
}

}  // namespace

std::string update_facts(const SystemContext& context) {
  const HostFiles& files = context.files;
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  write_newest(json, "lastUpdate", kChanged, files);
  write_newest(json, "lastCheck", kAsked, files);
  write_text(json, "kernelInstalled", newest_kernel(files));
  json.optional("kernelRunning", to_valid_utf8(files.value("/proc/sys/kernel/osrelease")));
  const auto marker = files.status("/run/reboot-required");
  json.key("rebootRequired");
  if (marker.ok() || marker.error().code() == Code::kNotFound) {
    json.boolean(marker.ok());
  } else {
    write_error(json, marker.error());
  }
  write_advisories(json, context);
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
