// Mounts as the kernel lists them. Source: proc_pid_mountinfo(5).
#include "base/strings.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

// "\040" is a space.
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](size_t at) {
      return at < text.size() && text[at] >= '0' && text[at] <= '7';
    };
    if (text[i] == '\\' && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                               (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return to_valid_utf8(out);
}

std::string propagation_of(const std::vector<std::string_view>& fields, size_t& at) {
  std::string word = "private";
  for (; at < fields.size() && fields[at] != "-"; ++at) {
    if (fields[at].starts_with("shared:")) {
      word = "shared";
    } else if (fields[at].starts_with("master:") && word == "private") {
      word = "slave";
    } else if (fields[at] == "unbindable") {
      word = "unbindable";
    }
  }
  return word;
}

}  // namespace

std::vector<MountInfo> parse_mount_info(std::string_view text) {
  std::vector<MountInfo> mounts;
  for_each_line(text, [&](std::string_view line, size_t) {
    const std::vector<std::string_view> fields = split(line, ' ');
    if (fields.size() < 10 || mounts.size() == kMostMounts) return;
    MountInfo mount;
    mount.device = to_valid_utf8(fields[2]);
    mount.root = unescaped(fields[3]);
    mount.target = unescaped(fields[4]);
    for (const std::string_view option : split(fields[5], ','))
      mount.options.push_back(to_valid_utf8(option));
    size_t at = 6;
    mount.propagation = propagation_of(fields, at);
    if (at + 2 >= fields.size()) return;
    mount.type = to_valid_utf8(fields[at + 1]);
    mount.source = unescaped(fields[at + 2]);
    mounts.push_back(std::move(mount));
  });
  return mounts;
}

std::string mount_facts(const SystemContext& context) {
  const auto text = context.files.read("/proc/self/mountinfo", 16u << 20);
  if (!text.ok()) return error_value(text.error());
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const MountInfo& mount : parse_mount_info(*text)) {
    json.begin_object();
    json.key("target").string(mount.target);
    json.key("source").string(mount.source);
    json.key("type").string(mount.type);
    write_texts(json, "options", mount.options);
    json.key("device").string(mount.device);
    json.key("propagation").string(mount.propagation);
    json.end_object();
  }
  json.end_array();
  return out;
}

}  // namespace seawall::benchmark
