#include "guard/profile/elf_needs.h"

#include "base/strings.h"
#include "codec/executable.h"

namespace seawall::guard {
namespace {

constexpr uint64_t kSectionBytes = 1 << 20;
constexpr size_t kMostLibraries = 1024;

Result<std::string> section_of(const Executable& file, std::string_view name) {
  const ExecutableSection* section = file.section(name);
  if (section == nullptr || section->size == 0) return std::string();
  return file.read(section->offset, section->size, kSectionBytes);
}

std::string text_at(const std::string& table, uint64_t at) {
  if (at >= table.size()) return {};
  return table.substr(at, std::min(table.find('\0', at), table.size()) - at);
}

}  // namespace

Result<ElfNeeds> elf_needs_of(const RandomAccess& data) {
  constexpr uint64_t kNeeded = 1, kRunPathOld = 15, kRunPath = 29;
  SEAWALL_TRY(const Executable file, Executable::open(data));
  SEAWALL_TRY(std::string interpreter, section_of(file, ".interp"));
  SEAWALL_TRY(const std::string dynamic, section_of(file, ".dynamic"));
  SEAWALL_TRY(const std::string names, section_of(file, ".dynstr"));
  ElfNeeds needs;
  needs.interpreter = text_at(interpreter, 0);
  const size_t wide = file.is_64() ? 8 : 4;
  for (size_t at = 0; at + 2 * wide <= dynamic.size(); at += 2 * wide) {
    const uint64_t tag = file.number(dynamic, at, wide);
    if (tag == 0) break;
    const std::string text = text_at(names, file.number(dynamic, at + wide, wide));
    if (text.empty()) continue;
    if (tag == kNeeded) {
      if (needs.libraries.size() >= kMostLibraries)
        return limit_reached("more than 1024 libraries");
      needs.libraries.push_back(text);
    } else if (tag == kRunPath || tag == kRunPathOld) {
      for (const std::string_view folder : split(text, ':')) {
        if (!folder.empty()) needs.run_paths.emplace_back(folder);
      }
    }
  }
  return needs;
}

}  // namespace seawall::guard
