#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/executable.h"
#include "inspect/packages/binaries.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kMagic = "\xff Go buildinf:";
constexpr size_t kHeaderBytes = 32;
constexpr uint64_t kSearched = 4 << 20;  // of a data segment without a section of its own
constexpr uint64_t kMostInfo = 16 << 20;

struct BuildInfo {
  std::string go_version, modules;
};

class BuildInfoReader {
 public:
  explicit BuildInfoReader(const Executable& program) : program_(program) {}

  // Nothing when the program was not made by Go.
  Result<std::optional<BuildInfo>> read() {
    for (const ExecutableSection& place : places()) {
      SEAWALL_TRY(const std::string bytes,
                  program_.read(place.offset, std::min(place.size, kSearched), kSearched));
      // The magic is aligned to 16 bytes.
      for (size_t at = bytes.find(kMagic); at != std::string::npos;
           at = bytes.find(kMagic, at + 1)) {
        if ((place.address + at) % 16 != 0 || at + kHeaderBytes > bytes.size()) continue;
        return decode(place.offset + at, std::string_view(bytes).substr(at, kHeaderBytes));
      }
    }
    return std::optional<BuildInfo>();
  }

 private:
  std::vector<ExecutableSection> places() const {
    if (const auto* own = program_.section(".go.buildinfo")) return {*own};
    if (const auto* data = program_.section(".data");
        data && program_.segments().size() > 0 && program_.segments()[0].name == ".text")
      return {*data};  // PE
    std::vector<ExecutableSection> out;
    for (const ExecutableSection& segment : program_.segments()) {
      if (segment.writable) out.push_back(segment);
    }
    return out;
  }

  Result<std::optional<BuildInfo>> decode(uint64_t offset, std::string_view header) {
    const auto pointer_bytes = static_cast<unsigned char>(header[14]);
    const auto flags = static_cast<unsigned char>(header[15]);
    BuildInfo info;
    constexpr unsigned kInline = 2;
    if (flags & kInline) {
      uint64_t at = offset + kHeaderBytes;
      SEAWALL_TRY(info.go_version, inline_string(at));
      SEAWALL_TRY(info.modules, inline_string(at));
    } else {
      if (pointer_bytes != 4 && pointer_bytes != 8) return std::optional<BuildInfo>();
      big_ = (flags & 1) != 0;
      SEAWALL_TRY(info.go_version, string_at(header, 16, pointer_bytes));
      SEAWALL_TRY(info.modules, string_at(header, 16 + pointer_bytes, pointer_bytes));
    }
    // Sixteen bytes on either side by which the linker finds it.
    std::string& modules = info.modules;
    if (modules.size() >= 33 && modules[modules.size() - 17] == '\n')
      modules = modules.substr(16, modules.size() - 32);
    return std::optional(std::move(info));
  }

  Result<std::string> inline_string(uint64_t& at) {
    uint64_t size = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      SEAWALL_TRY(const std::string byte, program_.read(at++, 1, 1));
      const auto value = static_cast<unsigned char>(byte[0]);
      size |= static_cast<uint64_t>(value & 0x7f) << shift;
      if (value < 0x80) break;
    }
    SEAWALL_TRY(std::string text, program_.read(at, size, kMostInfo));
    at += size;
    return text;
  }

  uint64_t number(std::string_view bytes, size_t at, size_t width) const {
    uint64_t value = 0;
    for (size_t i = 0; i < width && at + i < bytes.size(); ++i) {
      const size_t place = big_ ? at + i : at + width - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes[std::min(place, bytes.size() - 1)]);
    }
    return value;
  }

  // A pointer to a string header: address and length.
  Result<std::string> string_at(std::string_view header, size_t at, size_t width) {
    const auto place = program_.offset_of(number(header, at, width));
    if (!place) return std::string();
    SEAWALL_TRY(const std::string text, program_.read(*place, width * 2, 16));
    const auto data = program_.offset_of(number(text, 0, width));
    if (!data) return std::string();
    return program_.read(*data, number(text, width, width), kMostInfo);
  }

  const Executable& program_;
  bool big_ = false;
};

bool looks_like_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return text.size() < 64 && !text.empty() && text[0] >= '0' && text[0] <= '9' &&
         text.find('.') != std::string_view::npos && text.find_first_of(" /\"'") == text.npos;
}

// The version that a build put into a variable: -X pkg/version.Version=1.2.3. A program built from
// its own source tree says "(devel)" of itself.
std::string version_from_flags(std::string_view flags) {
  size_t at = 0;
  std::string best;
  while ((at = flags.find("-X", at)) != std::string_view::npos) {
    at += 2;
    std::string_view rest = flags.substr(at);
    rest = rest.substr(std::min(rest.find_first_not_of(" =\"'"), rest.size()));
    rest = rest.substr(0, rest.find_first_of(" \"'"));
    const auto [name, value] = split_once(rest, '=');
    const std::string key = to_lower(name.substr(name.rfind('.') + 1));
    if (!looks_like_version(value)) continue;
    if (key == "version" || key == "gitversion" || key == "buildversion" || key == "appversion")
      return std::string(value);
    if (best.empty() && key.find("version") != std::string::npos &&
        key.find("go") == std::string::npos)
      best = value;
  }
  return best;
}

class ModuleReader {
 public:
  explicit ModuleReader(LockReader& reader) : reader_(reader) {}

  void run(std::string_view text) {
    std::string flags;
    for_each_line(text, [&](std::string_view line, size_t) {
      const auto words = split(line, '\t');
      if (words.size() < 2) return;
      if (words[0] == "build" && words[1].starts_with("-ldflags=")) flags = words[1].substr(9);
      if (words.size() < 3) return;
      if (words[0] == "=>") {
        // A replacement by a directory has no version.
        if (!modules_.empty())
          modules_.back() = LockReader::make(PackageType::kGolang, words[1], words[2], 0);
      } else if (words[0] == "mod" || words[0] == "dep") {
        if (words[0] == "mod") main_ = modules_.size();
        modules_.push_back(LockReader::make(PackageType::kGolang, words[1], words[2], 0));
      }
    });
    for (size_t i = 0; i < modules_.size(); ++i) {
      Package& module = modules_[i];
      module.direct = i == main_;
      if (module.version == "(devel)" || module.version.empty()) {
        module.version = i == main_ ? version_from_flags(flags) : std::string();
        if (!module.version.empty() && module.version[0] != 'v') module.version.insert(0, "v");
      }
      reader_.add(std::move(module));
    }
  }

 private:
  LockReader& reader_;
  std::vector<Package> modules_;
  size_t main_ = SIZE_MAX;
};

}  // namespace

void parse_go_binary(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  auto program = Executable::open(*file.data);
  if (!program.ok()) return;  // a damaged program is no damaged database
  auto info = BuildInfoReader(*program).read();
  if (!info.ok() || !info->has_value()) return;
  // "go1.22.4 X:boringcrypto", "go1.21.0-fips", "devel go1.23-abc".
  std::string_view version = (*info)->go_version;
  if (version.starts_with("go")) {
    version.remove_prefix(2);
    version = version.substr(0, version.find_first_of(" -"));
    reader.add(LockReader::make(PackageType::kGolang, "stdlib", version, 0));
  }
  ModuleReader(reader).run((*info)->modules);
}

}  // namespace seawall::inspect
