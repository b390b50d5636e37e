#include "inspect/packages/rpm_header.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr size_t kEntrySize = 16;

enum Tag : uint32_t {
  kName = 1000,
  kVersion = 1001,
  kRelease = 1002,
  kEpoch = 1003,
  kSize = 1009,
  kVendor = 1011,
  kLicense = 1014,
  kArch = 1022,
  kSourceRpm = 1044,
  kLongSize = 5009,
  kModularityLabel = 5096,
};
enum Type : uint32_t { kInt32 = 4, kInt64 = 5, kString = 6, kStringArray = 8, kI18nString = 9 };

uint64_t big_endian(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The wanted values of one header; a tag that stands twice keeps its first value.
struct Values {
  std::string name, version, release, vendor, license, arch, source, module;
  uint64_t epoch = 0, size = 0, long_size = 0;

  std::string* text(uint32_t tag) {
    switch (tag) {
      case kName:
        return &name;
      case kVersion:
        return &version;
      case kRelease:
        return &release;
      case kVendor:
        return &vendor;
      case kLicense:
        return &license;
      case kArch:
        return &arch;
      case kSourceRpm:
        return &source;
      case kModularityLabel:
        return &module;
      default:
        return nullptr;
    }
  }
  uint64_t* number(uint32_t tag) {
    if (tag == kEpoch) return &epoch;
    if (tag == kSize) return &size;
    return tag == kLongSize ? &long_size : nullptr;
  }
};

Status read_text(std::string_view data, uint32_t tag, uint64_t offset, const Limits& limits,
                 std::string& out) {
  const size_t end = offset < data.size() ? data.find('\0', offset) : std::string_view::npos;
  if (end == std::string_view::npos) {
    return malformed(fmt::format("the text of tag {} leaves the header", tag));
  }
  const std::string_view text = data.substr(offset, end - offset);
  if (text.size() > limits.string_bytes) {
    return limit_reached(fmt::format("tag {} has {} bytes; at most {} are taken", tag, text.size(),
                                     limits.string_bytes));
  }
  if (out.empty()) out = to_valid_utf8(text);
  return {};
}

Result<Values> read_values(std::string_view header, const Limits& limits) {
  if (header.size() < 8) return malformed("a header of less than 8 bytes");
  const uint64_t entries = big_endian(header, 0, 4), data_size = big_endian(header, 4, 4);
  if (8 + entries * kEntrySize + data_size > header.size()) {
    return malformed(fmt::format("a header of {} bytes claims {} entries and {} bytes of data",
                                 header.size(), entries, data_size));
  }
  const std::string_view data = header.substr(8 + entries * kEntrySize, data_size);
  Values values;
  for (uint64_t i = 0; i < entries; ++i) {
    const size_t at = 8 + i * kEntrySize;
    const auto tag = static_cast<uint32_t>(big_endian(header, at, 4));
    const auto type = static_cast<uint32_t>(big_endian(header, at + 4, 4));
    const uint64_t offset = big_endian(header, at + 8, 4);
    if (std::string* text = values.text(tag)) {
      if (type != kString && type != kStringArray && type != kI18nString) continue;
      SEAWALL_CHECK(read_text(data, tag, offset, limits, *text));
    } else if (uint64_t* number = values.number(tag)) {
      const size_t width = type == kInt32 ? 4 : type == kInt64 ? 8 : 0;
      if (width == 0 || big_endian(header, at + 12, 4) == 0) continue;
      if (offset + width > data.size()) {
        return malformed(fmt::format("the number of tag {} leaves the header", tag));
      }
      *number = big_endian(data, offset, width);
    }
  }
  return values;
}

}  // namespace

void for_each_rpm_file(std::string_view header, const std::function<void(std::string_view)>& use) {
  enum FileTag : uint32_t {
    kOldNames = 1027,
    kIndexes = 1116,
    kBaseNames = 1117,
    kDirNames = 1118
  };
  if (header.size() < 8) return;
  const uint64_t entries = big_endian(header, 0, 4), data_size = big_endian(header, 4, 4);
  if (8 + entries * kEntrySize + data_size > header.size()) return;
  const std::string_view data = header.substr(8 + entries * kEntrySize, data_size);
  std::string_view names, directories, indexes;
  uint64_t name_count = 0, directory_count = 0;
  bool whole = false;
  for (uint64_t i = 0; i < entries; ++i) {
    const size_t at = 8 + i * kEntrySize;
    const uint64_t tag = big_endian(header, at, 4), offset = big_endian(header, at + 8, 4);
    const uint64_t count = big_endian(header, at + 12, 4);
    if (offset > data.size()) continue;
    if (tag == kBaseNames || tag == kOldNames) {
      names = data.substr(offset);
      name_count = count;
      whole = tag == kOldNames;
    } else if (tag == kDirNames) {
      directories = data.substr(offset);
      directory_count = count;
    } else if (tag == kIndexes && count <= (data.size() - offset) / 4) {
      indexes = data.substr(offset, count * 4);
    }
  }
  const auto next = [](std::string_view& texts) {
    const std::string_view text = texts.substr(0, texts.find('\0'));
    texts.remove_prefix(std::min(text.size() + 1, texts.size()));
    return text;
  };
  std::vector<std::string_view> folders;
  for (uint64_t i = 0; i < directory_count && !directories.empty(); ++i)
    folders.push_back(next(directories));
  std::string path;
  for (uint64_t i = 0; i < name_count && !names.empty(); ++i) {
    path.clear();
    if (!whole) {
      if ((i + 1) * 4 > indexes.size()) return;
      const uint64_t folder = big_endian(indexes, i * 4, 4);
      if (folder >= folders.size()) continue;
      path = folders[folder];
    }
    path += next(names);
    use(path);
  }
}

RpmSource split_source_rpm(std::string_view file_name) {
  for (std::string_view suffix : {".nosrc.rpm", ".src.rpm"}) {
    if (!file_name.ends_with(suffix)) continue;
    const std::string_view stem = file_name.substr(0, file_name.size() - suffix.size());
    const size_t release = stem.rfind('-');
    if (release == std::string_view::npos || release == 0) return {};
    const size_t version = stem.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return {};
    return {stem.substr(0, version), stem.substr(version + 1)};
  }
  return {};
}

Result<std::optional<Package>> parse_rpm_header(std::string_view header, const Limits& limits) {
  SEAWALL_TRY(Values values, read_values(header, limits));
  if (values.name == "gpg-pubkey") return std::optional<Package>();
  if (values.name.empty() || values.version.empty()) {
    return malformed(fmt::format("a header without {}", values.name.empty() ? "name" : "version"));
  }
  const std::string epoch = values.epoch == 0 ? "" : fmt::format("{}:", values.epoch);
  Package package;
  package.type = PackageType::kRpm;
  package.version = epoch + values.version;
  if (!values.release.empty()) package.version += "-" + values.release;
  const RpmSource source = split_source_rpm(values.source);
  if (source.name != values.name) package.source_name = source.name;
  if (!source.version.empty() && epoch + std::string(source.version) != package.version) {
    package.source_version = epoch + std::string(source.version);
  }
  package.name = std::move(values.name);
  package.architecture = std::move(values.arch);
  package.module = std::move(values.module);
  package.vendor = std::move(values.vendor);
  package.license = std::move(values.license);
  package.installed_size = values.long_size != 0 ? values.long_size : values.size;
  return std::optional<Package>(std::move(package));
}

}  // namespace seawall::inspect
