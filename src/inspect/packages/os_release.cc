#include "inspect/packages/os_release.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/control_file.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {
namespace {

// In the order of merge_distributions.
constexpr std::string_view kPriority[] = {
    "etc/os-release",     "usr/lib/os-release",    "etc/alpine-release", "etc/oracle-release",
    "etc/rocky-release",  "etc/almalinux-release", "etc/centos-release", "etc/fedora-release",
    "etc/redhat-release", "etc/system-release",    "etc/SuSE-release",   "etc/arch-release",
    "etc/lsb-release",    "etc/debian_version"};

// Real ones have under 1 KiB.
constexpr size_t kMaxReleaseFile = 1u << 20;

// How one-line release files begin, and the id their os-release would have. A name that begins
// another stands after it.
struct ReleaseName {
  std::string_view begins, id;
};
constexpr ReleaseName kReleaseNames[] = {
    {"Red Hat", "rhel"},
    {"CentOS", "centos"},
    {"Fedora", "fedora"},
    {"Rocky Linux", "rocky"},
    {"AlmaLinux", "almalinux"},
    {"Oracle Linux", "ol"},
    {"Enterprise Linux", "ol"},  // Oracle's before release 6
    {"Amazon Linux", "amzn"},
    {"Scientific Linux", "scientific"},
    {"SUSE Linux Enterprise Desktop", "sled"},
    {"SUSE Linux Enterprise", "sles"},
    {"openSUSE", "opensuse"},
    {"VMware Photon", "photon"},
    {"CBL-Mariner", "mariner"},
    {"Arch Linux", "arch"},
};

std::string_view first_line(std::string_view text) {
  text = trim(text);
  return trim(text.substr(0, text.find('\n')));
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_word_end(char c) {
  return c == ' ' || c == '\t';
}

// Debian's code name of "trixie/sid"; nothing in "12.6".
std::string_view debian_codename(std::string_view text) {
  if (!text.ends_with("/sid")) return {};
  return text.substr(0, text.size() - 4);
}

// Reads assignments off the text; a quoted value may go on over several lines.
class AssignmentReader {
 public:
  AssignmentReader(std::string_view text, std::vector<std::string>& problems)
      : text_(text), problems_(problems) {}

  std::vector<Assignment> run() {
    std::vector<Assignment> all;
    while (at_ < text_.size()) {
      const size_t end = std::min(text_.find('\n', at_), text_.size());
      const std::string_view line = trim(text_.substr(at_, end - at_));
      if (line.empty() || line.front() == '#') {
        next_line();
        continue;
      }
      Assignment assignment;
      assignment.line = line_;
      if (assign(end, assignment)) all.push_back(std::move(assignment));
      next_line();
    }
    return all;
  }

 private:
  void next_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (at_ < text_.size()) ++at_;
    ++line_;
  }

  bool fail(uint32_t line, std::string_view what) {
    problems_.push_back(fmt::format("line {}: {}", line, what));
    return false;
  }

  bool assign(size_t line_end, Assignment& out) {
    const size_t equals = text_.find('=', at_);
    if (equals >= line_end) return fail(line_, "no \"=\" in an assignment");
    std::string_view key = trim(text_.substr(at_, equals - at_));
    if (key.starts_with("export ")) key = trim(key.substr(7));
    if (key.empty() || key.find_first_of(" \t'\"$\\") != std::string_view::npos) {
      return fail(line_, "this is no name of a variable");
    }
    out.key = key;
    at_ = equals + 1;
    return value(out.value);
  }

  // From at_ to the end of the value, past which at_ is left on the same line.
  bool value(std::string& out) {
    size_t keep = 0;  // what trimming at the end must not touch: quoted or escaped
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        if (!quoted(c, out)) return false;
        keep = out.size();
        continue;
      }
      if (c == '#' && is_word_end(text_[at_ - 1])) break;
      if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' && text_[at_ + 1] != '\r') {
        out += text_[at_ + 1];
        at_ += 2;
        keep = out.size();
        continue;
      }
      if (!(out.empty() && is_word_end(c))) out += c;
      ++at_;
    }
    while (out.size() > keep && (is_word_end(out.back()) || out.back() == '\r')) out.pop_back();
    return true;
  }

  bool quoted(char quote, std::string& out) {
    const size_t start = at_++;
    const uint32_t start_line = line_;
    const size_t size = out.size();
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c == '\\' && quote == '"' && at_ < text_.size()) {
        const char next = text_[at_];
        if (next == '"' || next == '\\' || next == '$' || next == '`') {
          c = next;
          ++at_;
        }
      }
      out += c;
    }
    if (at_ < text_.size()) {
      ++at_;
      return true;
    }
    // No end: give up this line only, not the rest of the file.
    at_ = start;
    line_ = start_line;
    out.resize(size);
    return fail(line_, "a quote that does not end");
  }

  std::string_view text_;
  std::vector<std::string>& problems_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

// A value Seawall keeps; empty when it is past the limit.
std::string kept(std::string_view value, const Limits& limits) {
  return value.size() > limits.string_bytes ? std::string() : to_valid_utf8(value);
}

Distribution from_os_release(const std::vector<Assignment>& all, const Limits& limits) {
  Distribution found;
  std::string version, ubuntu_codename;
  for (const auto& [key, value, line] : all) {
    if (key == "ID") {
      found.id = to_lower(trim(kept(value, limits)));
    } else if (key == "VERSION_ID") {
      found.version_id = trim(kept(value, limits));
    } else if (key == "VERSION_CODENAME") {
      found.codename = to_lower(trim(kept(value, limits)));
    } else if (key == "VARIANT_ID") {
      found.variant_id = to_lower(trim(kept(value, limits)));
    } else if (key == "PRETTY_NAME") {
      found.pretty_name = kept(value, limits);
    } else if (key == "CPE_NAME") {
      found.cpe_name = kept(value, limits);
    } else if (key == "VERSION") {
      version = kept(value, limits);
    } else if (key == "UBUNTU_CODENAME") {
      ubuntu_codename = to_lower(trim(kept(value, limits)));
    } else if (key == "ID_LIKE") {
      found.id_like.clear();
      for (std::string_view word : split(value, ' ')) {
        word = trim(word);
        if (!word.empty() && found.id_like.size() < 32) {
          found.id_like.push_back(to_lower(kept(word, limits)));
        }
      }
    }
  }
  if (found.codename.empty() && found.id == "ubuntu") found.codename = ubuntu_codename;
  if (found.codename.empty() && found.id == "debian") {
    // Debian 7 and 8 have it only in VERSION="8 (jessie)", testing only in the pretty name.
    const std::string_view inner = split_once(version, '(').second;
    found.codename = trim(inner.substr(0, inner.find(')')));
    if (found.codename.empty()) {
      const std::string_view pretty = found.pretty_name;
      found.codename = debian_codename(pretty.substr(pretty.rfind(' ') + 1));
    }
  }
  return found;
}

Distribution from_lsb_release(const std::vector<Assignment>& all, const Limits& limits) {
  Distribution found;
  for (const auto& [key, value, line] : all) {
    if (key == "DISTRIB_ID") found.id = to_lower(trim(kept(value, limits)));
    if (key == "DISTRIB_RELEASE") found.version_id = trim(kept(value, limits));
    if (key == "DISTRIB_CODENAME") found.codename = to_lower(trim(kept(value, limits)));
    if (key == "DISTRIB_DESCRIPTION") found.pretty_name = kept(value, limits);
  }
  return found;
}

// "CentOS Linux release 7.9.2009 (Core)": the word after "release", or the first number.
Distribution from_release_line(std::string_view line, const Limits& limits) {
  Distribution found;
  for (const ReleaseName& name : kReleaseNames) {
    if (line.starts_with(name.begins)) {
      found.id = name.id;
      break;
    }
  }
  if (!found.known()) return found;
  found.pretty_name = kept(line, limits);
  const size_t release = line.find(" release ");
  std::string_view rest = release == std::string_view::npos ? line : line.substr(release + 9);
  if (release == std::string_view::npos) {
    rest.remove_prefix(std::min(rest.find_first_of("0123456789"), rest.size()));
  }
  rest = trim(rest);
  found.version_id = kept(rest.substr(0, rest.find(' ')), limits);
  return found;
}

// SuSE-release: a first line, then "VERSION = 11" and "PATCHLEVEL = 4", which os-release writes
// "11.4".
Distribution from_suse_release(std::string_view text, const Limits& limits) {
  Distribution found = from_release_line(first_line(text), limits);
  if (!found.known()) return found;
  for_each_line(text, [&](std::string_view line, size_t) {
    const auto [key, value] = split_once(line, '=');
    if (trim(key) == "VERSION") found.version_id = kept(trim(value), limits);
    if (trim(key) == "PATCHLEVEL" && trim(value) != "0") {
      found.version_id += "." + kept(trim(value), limits);
    }
  });
  return found;
}

Distribution from_debian_version(std::string_view line, const Limits& limits) {
  Distribution found;
  if (line.empty()) return found;
  found.id = "debian";
  found.codename = kept(debian_codename(line), limits);
  if (line.front() >= '0' && line.front() <= '9') {
    found.minor = kept(line, limits);
    found.version_id = found.minor.substr(0, found.minor.find('.'));
  }
  return found;
}

size_t priority_of(std::string_view path) {
  return static_cast<size_t>(std::find(std::begin(kPriority), std::end(kPriority), path) -
                             std::begin(kPriority));
}

}  // namespace

std::vector<Assignment> parse_assignments(std::string_view text,
                                          std::vector<std::string>& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return AssignmentReader(text, problems).run();
}

void parse_os_release(const FileInput& file, InspectorSink& sink) {
  ProblemReport problems(sink);
  if (file.content.size() > kMaxReleaseFile) {
    problems.add(limit_reached(fmt::format("a release file of {} bytes; at most {} are read",
                                           file.content.size(), kMaxReleaseFile)));
    return;
  }
  const std::string_view name = base_name(file.path);
  Distribution found;
  if (name == "os-release" || name == "lsb-release") {
    std::vector<std::string> damaged;
    const auto all = parse_assignments(file.content, damaged);
    for (std::string& what : damaged) problems.add(0, std::move(what));
    found = name == "os-release" ? from_os_release(all, file.limits)
                                 : from_lsb_release(all, file.limits);
    if (name == "os-release" && !found.known()) {
      problems.add(0, "no ID: this release file does not say which distribution it is of");
    }
  } else if (name == "alpine-release") {
    found.version_id = kept(first_line(file.content), file.limits);
    if (!found.version_id.empty()) found.id = "alpine";
  } else if (name == "debian_version") {
    found = from_debian_version(first_line(file.content), file.limits);
  } else if (name == "arch-release") {
    found.id = "arch";  // an empty file: that it is there is all it says
  } else if (name == "SuSE-release") {
    found = from_suse_release(file.content, file.limits);
  } else {
    found = from_release_line(first_line(file.content), file.limits);
  }
  if (found.known()) sink.distribution(std::move(found));
}

Distribution merge_distributions(std::vector<std::pair<std::string, Distribution>> files) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    const size_t left = priority_of(a.first), right = priority_of(b.first);
    return left != right ? left < right : a < b;
  });
  Distribution merged;
  for (const auto& [path, distribution] : files) {
    if (distribution.known() && !merged.known()) merged = distribution;
    if (path == "etc/debian_version" && merged.id == "debian") {
      if (merged.minor.empty()) merged.minor = distribution.minor;
      if (merged.codename.empty()) merged.codename = distribution.codename;
    }
  }
  return merged;
}

}  // namespace seawall::inspect
