#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/executable.h"
#include "codec/inflate.h"
#include "codec/json.h"
#include "inspect/packages/binaries.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kMostPacked = 8 << 20, kMostUnpackedJson = 64 << 20;

// zlib (RFC 1950): two bytes, raw DEFLATE, a checksum.
Result<std::string> inflate_zlib(std::string_view packed) {
  if (packed.size() < 6 || (packed[0] & 0x0f) != 8) return malformed("no zlib data");
  packed.remove_prefix(2);
  auto inflater = make_inflater();
  if (!inflater) return limit_reached("no memory to inflate");
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    SEAWALL_TRY(const Decoder::Step step, inflater->inflate(packed, buffer));
    out.append(buffer.data(), step.produced);
    packed.remove_prefix(step.consumed);
    if (step.end) return out;
    if (out.size() > kMostUnpackedJson) return limit_reached("the crate list is too large");
    if (step.consumed == 0 && step.produced == 0) return malformed("the crate list is cut");
  }
}

}  // namespace

void parse_rust_binary(const FileInput& file, InspectorSink& sink) {
  auto program = Executable::open(*file.data);
  if (!program.ok()) return;
  const ExecutableSection* section = program->section(".dep-v0");
  if (!section) return;
  LockReader reader(file, sink);
  const auto read = [&]() -> Result<Document> {
    SEAWALL_TRY(const std::string packed,
                program->read(section->offset, section->size, kMostPacked));
    SEAWALL_TRY(std::string text, inflate_zlib(packed));
    return parse_json(std::move(text), file.limits);
  };
  const auto document = read();
  if (!document.ok()) {
    reader.problem(0, "the list of crates (.dep-v0) is damaged: " + document.error().message());
    return;
  }
  const Node& list = document->root()["packages"];
  for (const Node& entry : list.items()) {
    const std::string_view source = entry["source"].string();
    // What is local is the program's own code; only the root is worth its name.
    if (source == "local" && !entry["root"].boolean()) continue;
    Package package =
        LockReader::make(PackageType::kCargo, entry["name"].string(), entry["version"].string(), 0);
    package.direct = entry["root"].boolean();
    package.development = entry["kind"].string() == "build";
    for (const Node& index : entry["dependencies"].items()) {
      const auto at = index.integer().value_or(-1);
      if (at < 0 || static_cast<size_t>(at) >= list.size()) continue;
      const Node& need = list[static_cast<size_t>(at)];
      package.depends.push_back(
          fmt::format("{}@{}", need["name"].string(), need["version"].string()));
    }
    reader.add(std::move(package));
  }
}

void parse_package_note(const FileInput& file, InspectorSink& sink) {
  auto program = Executable::open(*file.data);
  if (!program.ok()) return;
  const ExecutableSection* section = program->section(".note.package");
  if (!section) return;
  const auto note = program->read(section->offset, section->size, 64 * 1024);
  if (!note.ok() || note->size() < 16) return;
  // Name size, description size, type, "FDO\0", JSON.
  const uint64_t name = program->number(*note, 0, 4), text = program->number(*note, 4, 4);
  const uint64_t start = 12 + (name + 3) / 4 * 4;
  if (name > 64 || start > note->size() || text > note->size() - start) return;
  std::string json = note->substr(start, text);
  json = json.substr(0, json.find('\0'));
  const auto document = parse_json(std::move(json), file.limits);
  if (!document.ok()) return;
  const Node& root = document->root();
  const std::string_view type = root["type"].string();
  // The package managers' own databases say more of what they installed.
  if (type == "deb" || type == "rpm" || type == "apk" || type == "alpm") return;
  LockReader reader(file, sink);
  reader.add(
      LockReader::make(PackageType::kGeneric, root["name"].string(), root["version"].string(), 0));
}

}  // namespace seawall::inspect
