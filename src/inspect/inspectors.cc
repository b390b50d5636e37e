#include "inspect/inspector.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace seawall::inspect {
namespace {

// Bytes that stand in no text file: control characters other than white space, backspace and escape
// (logs and colour files hold those).
bool is_binary_byte(unsigned char byte) {
  return byte < 0x20 && !(byte >= 0x07 && byte <= 0x0d) && byte != 0x1b;
}

}  // namespace

std::string_view to_string(Category category) {
  switch (category) {
    case Category::kPackages:
      return "packages";
    case Category::kSecrets:
      return "secrets";
    case Category::kConfiguration:
      return "configuration";
  }
  return "packages";
}

FileClass classify(std::string_view first_bytes) {
  const std::string_view head = first_bytes.substr(0, kSniffBytes);
  if (head.empty()) return kOther;
  if (head.starts_with("\x7f"
                       "ELF"))
    return kElf;
  if (head.starts_with("MZ") && head.size() >= 64 && head.find('\0') != head.npos) return kPe;
  constexpr std::string_view kMachOMagic[] = {"\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe"};
  for (const std::string_view magic : kMachOMagic) {
    if (head.starts_with(magic)) return kMachO;
  }
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) return kText;
  size_t binary = 0;
  for (const char c : head) {
    if (c == '\0') return kOther;
    binary += is_binary_byte(static_cast<unsigned char>(c));
  }
  return binary * 32 > head.size() ? kOther : kText;
}

const std::vector<Inspector>& inspectors() {
  static const std::vector<Inspector> list = [] {
    std::vector<Inspector> all;
    for (auto* group : {os_inspectors, installed_inspectors, lock_inspectors, binary_inspectors,
                        secret_inspectors, configuration_inspectors}) {
      for (Inspector& inspector : group()) all.push_back(std::move(inspector));
    }
    return all;
  }();
  return list;
}

std::string inspectors_fingerprint(const Selection& selection) {
  std::string text;
  for (const Inspector& inspector : inspectors()) {
    if (selection.includes(inspector))
      text += fmt::format("{} {}\n", inspector.name, inspector.version);
  }
  return digest_of(text).hex;
}

}  // namespace seawall::inspect
