#include "scan/file_collector.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "inspect/packages/ownership.h"

namespace seawall::scan {
namespace {

using artifact::EntryKind;
using artifact::Interest;
using inspect::Inspector;

constexpr size_t kProblemsOfAFile = 20;
constexpr uint64_t kMostFindings = 100'000;  // of one layer

constexpr uint8_t kExecutables = inspect::kElf | inspect::kPe | inspect::kMachO;

// Only these can be programs or libraries; nothing else is opened to look for one.
bool may_be_executable(std::string_view path, uint32_t mode) {
  if (mode & 0111) return true;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.find(".so") != std::string_view::npos) return true;
  constexpr std::string_view kEndings[] = {".dll", ".exe", ".node", ".pyd", ".dylib"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

// Directories of a source tree that hold what others wrote, or what git keeps.
constexpr std::string_view kForeign[] = {"node_modules", ".venv", "__pycache__",
                                         ".tox",         ".svn",  ".hg"};

}  // namespace

Wanted::Wanted(const inspect::Selection& selection, const std::vector<std::string>& skip)
    : selection_(selection), skip_patterns_(skip) {
  const auto& all = inspect::inspectors();
  for (uint32_t i = 0; i < all.size(); ++i) {
    if (!selection.includes(all[i])) continue;
    for (const std::string_view pattern : all[i].paths) paths_.add(pattern, i);
    if (all[i].classes != 0) by_class_.push_back(i);
    classes_ |= all[i].classes;
  }
  for (const std::string& pattern : skip) skip_.add(pattern, 0);
}

std::string Wanted::fingerprint() const {
  std::string text = inspect::inspectors_fingerprint(selection_);
  for (const std::string& pattern : skip_patterns_) text += "\nskip " + pattern;
  return digest_of(text).hex;
}

void Wanted::match_class(inspect::FileClass file_class, std::vector<uint32_t>& owners) const {
  for (const uint32_t i : by_class_) {
    if ((inspect::inspectors()[i].classes & file_class) == 0) continue;
    if (std::find(owners.begin(), owners.end(), i) == owners.end()) owners.push_back(i);
  }
  std::sort(owners.begin(), owners.end());
}

bool Wanted::may_contain(std::string_view directory) const {
  if (skips(directory)) return false;
  if (selection_.scope == inspect::Scope::kSource) {
    const std::string_view name = directory.substr(directory.rfind('/') + 1);
    if (std::find(std::begin(kForeign), std::end(kForeign), name) != std::end(kForeign))
      return false;
    if (directory == ".git/objects" || directory.ends_with("/.git/objects")) return false;
  }
  return classes_ != 0 || paths_.may_contain(directory);
}

void FileCollector::entry(const artifact::WalkedEntry& entry) {
  const bool is_file = entry.kind == EntryKind::kFile;
  const bool is_directory = entry.kind == EntryKind::kDirectory;
  const bool special = is_file && (entry.mode & 06000) != 0;
  const bool open = (is_file || (is_directory && (entry.mode & 01000) == 0)) && (entry.mode & 0002);
  const bool large = is_file && entry.size >= inspect::kLargeFileBytes;
  const bool near_root = entry.kind == EntryKind::kSymlink &&
                         std::count(entry.path.begin(), entry.path.end(), '/') <= 1;
  if (!special && !open && !large && !near_root) return;
  if (layer_.notable.size() >= inspect::kMostNotableFiles) {
    ++left_out_;
    return;
  }
  layer_.notable.push_back({std::string(entry.path), entry.mode, is_file ? entry.size : 0,
                            near_root ? std::string(entry.link) : std::string(), is_directory});
}

Interest FileCollector::interest_of_owners() const {
  if (owners_.empty()) return Interest::kNone;
  const auto& all = inspect::inspectors();
  const bool at_any_offset =
      std::all_of(owners_.begin(), owners_.end(), [&](uint32_t i) { return all[i].random_access; });
  return at_any_offset ? Interest::kData : Interest::kContent;
}

Interest FileCollector::interest(const artifact::WalkedEntry& file) {
  owners_.clear();
  if (wanted_.skips(file.path)) return Interest::kNone;
  wanted_.match(file.path, owners_);
  key_.reset();
  if (file.size == 0) return interest_of_owners();
  uint8_t classes = wanted_.classes();
  if ((classes & kExecutables) && !may_be_executable(file.path, file.mode)) {
    classes &= static_cast<uint8_t>(~kExecutables);
  }
  const Interest wanted = classes != 0 ? Interest::kPeek : interest_of_owners();
  return wanted != Interest::kNone && take_known(file) ? Interest::kNone : wanted;
}

Interest FileCollector::interest(const artifact::WalkedEntry& file, std::string_view first_bytes) {
  const inspect::FileClass found = inspect::classify(first_bytes);
  const bool program = (found & kExecutables) != 0;
  if (!program || may_be_executable(file.path, file.mode)) wanted_.match_class(found, owners_);
  const Interest wanted = interest_of_owners();
  if (wanted == Interest::kNone) remember_silent();
  return wanted;
}

// Takes over what an earlier scan said of the file, unless a limit has to be counted out in it.
bool FileCollector::take_known(const artifact::WalkedEntry& file) {
  if (!cache_ || !cache_->active() || !file.stamp) return false;
  const FileKey key = file_key(file, hasher_);
  if (cache_->trusts(*file.stamp)) key_ = key;
  const auto known = cache_->find(key);
  if (!known) return false;
  uint64_t packages = packages_, findings = findings_;
  for (const FileResult& result : *known) {
    packages += result.packages.size();
    findings += result.findings.size();
  }
  if (packages > limits_.packages || findings > kMostFindings) return false;
  packages_ = packages;
  findings_ = findings;
  for (const FileResult& result : *known) remember(result);
  if (known->empty()) {
    seen_.silent.push_back(key);
  } else {
    seen_.with_results.emplace_back(file.path, key);
  }
  return true;
}

void FileCollector::remember_silent() {
  if (!key_) return;
  seen_.silent.push_back(*key_);
  ++seen_.fresh;
}

bool FileCollector::wants_link(std::string_view path) {
  if (wanted_.skips(path)) return false;
  std::vector<uint32_t> owners;
  wanted_.match(path, owners);
  return !owners.empty();
}

void FileCollector::file(const artifact::WalkedFile& file) {
  const size_t before = layer_.results.size();
  run(file.path, file);
  // Past a limit, silence says nothing.
  if (packages_ > limits_.packages || findings_ > kMostFindings) key_.reset();
  if (!key_) return;
  if (layer_.results.size() == before) return remember_silent();
  const bool whole = std::all_of(layer_.results.begin() + static_cast<std::ptrdiff_t>(before),
                                 layer_.results.end(),
                                 [](const FileResult& result) { return result.problems.empty(); });
  if (!whole) return;
  seen_.with_results.emplace_back(file.path, *key_);
  ++seen_.fresh;
}

void FileCollector::linked_file(std::string_view name, const artifact::WalkedFile& file) {
  owners_.clear();
  wanted_.match(name, owners_);
  run(name, file);
}

void FileCollector::run(std::string_view path, const artifact::WalkedFile& file) {
  // An archive may hold one path twice; the last entry is the file.
  if (const auto known = places_.find(std::string(path)); known != places_.end()) {
    for (const size_t place : known->second) layer_.results[place] = {};
    places_.erase(known);
  }
  for (const uint32_t owner : owners_) {
    const Inspector& inspector = inspect::inspectors()[owner];
    current_ = {std::string(path), std::string(inspector.name), {}, {}, {}, {}, {}, {}, {}};
    owner_index_.clear();
    parsing_ = true;
    if (!inspector.random_access && file.content.empty() && file.data.size() > 0) {
      problem(limit_reached("the file is too large to be read whole"));
    } else {
      inspector.parse({current_.path, inspector.random_access ? std::string_view() : file.content,
                       limits_, &file.data, file.mode},
                      *this);
    }
    parsing_ = false;
    if (!current_.empty()) remember(std::move(current_));
  }
}

void FileCollector::remember(FileResult result) {
  places_[result.path].push_back(layer_.results.size());
  layer_.results.push_back(std::move(result));
}

void FileCollector::finish() {
  std::erase_if(layer_.results, [](const FileResult& result) { return result.path.empty(); });
  std::sort(layer_.results.begin(), layer_.results.end(),
            [](const FileResult& a, const FileResult& b) {
              return std::tie(a.path, a.inspector) < std::tie(b.path, b.inspector);
            });
  std::stable_sort(layer_.notable.begin(), layer_.notable.end(),
                   [](const NotableFile& a, const NotableFile& b) { return a.path < b.path; });
  if (left_out_ > 0) {
    layer_.problems.push_back(
        fmt::format("{} setuid, world-writable or large files were left out of the rules on images",
                    left_out_));
  }
  places_.clear();
}

void FileCollector::package(Package package) {
  if (++packages_ > limits_.packages) {
    if (packages_ == limits_.packages + 1)
      problem(limit_reached("more packages than allowed; the rest is left out"));
    return;
  }
  const std::string inside = std::move(package.location.path);
  package.location.path = inside.empty() ? current_.path : current_.path + "!/" + inside;
  package.found_by = current_.inspector;
  current_.packages.push_back(std::move(package));
}

void FileCollector::distribution(Distribution distribution) {
  current_.distributions.push_back(std::move(distribution));
}

void FileCollector::finding(Finding finding) {
  if (++findings_ > kMostFindings) {
    if (findings_ == kMostFindings + 1)
      problem(limit_reached("more findings than allowed; the rest is left out"));
    return;
  }
  finding.location.path = current_.path;
  set_fingerprint(finding);
  current_.findings.push_back(std::move(finding));
}

void FileCollector::owned_file(std::string_view path, std::string_view package) {
  const auto [known, fresh] =
      owner_index_.try_emplace(std::string(package), static_cast<uint32_t>(current_.owners.size()));
  if (fresh) current_.owners.emplace_back(package);
  current_.owned.push_back({quick_hash(inspect::ownership_key(path)), known->second});
}

void FileCollector::problem(Error error) {
  if (!parsing_) {
    unread_.push_back(std::move(error));
  } else if (current_.problems.size() < kProblemsOfAFile) {
    current_.problems.push_back(error.text());
  }
}

void FileCollector::note(std::string text) {
  if (current_.notes.size() < kProblemsOfAFile) current_.notes.push_back(std::move(text));
}

}  // namespace seawall::scan
