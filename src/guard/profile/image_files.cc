#include "guard/profile/image_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/path_set.h"
#include "base/strings.h"

namespace seawall::guard {
namespace {

using artifact::EntryKind;

constexpr int kMostLinks = 40;  // as the kernel follows (MAXSYMLINKS)
constexpr size_t kShebangBytes = 256;

bool is_library(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".so") || name.find(".so.") != name.npos;
}

// Gathers one layer.
class LayerVisitor : public artifact::FileVisitor {
 public:
  explicit LayerVisitor(size_t most) : most_(most) {}

  void entry(const artifact::WalkedEntry& entry) override {
    if (files.size() >= most_) {
      cut = true;
      return;
    }
    ImageFile& file = files[std::string(entry.path)];
    file = {};
    file.kind = entry.kind;
    file.executable = entry.kind == EntryKind::kFile && (entry.mode & 0111) != 0;
    file.link = entry.link;
    if (entry.kind == EntryKind::kHardLink) {
      bool escapes = false;
      file.link = "/" + normalize_path(entry.link, escapes);
    }
  }
  artifact::Interest interest(const artifact::WalkedEntry& file) override {
    return (file.mode & 0111) != 0 || is_library(file.path) ? artifact::Interest::kData
                                                            : artifact::Interest::kNone;
  }
  artifact::Interest interest(const artifact::WalkedEntry&, std::string_view) override {
    return artifact::Interest::kNone;
  }
  void file(const artifact::WalkedFile& walked) override {
    const auto found = files.find(walked.path);
    if (found == files.end()) return;
    if (const Status status = read(walked.data, found->second); !status.ok())
      problem(Error(status.error()).at(walked.path));
  }
  bool wants_link(std::string_view) override { return false; }
  bool may_contain(std::string_view) override { return true; }
  void problem(Error error) override { problems.push_back(error.text()); }

  std::map<std::string, ImageFile, std::less<>> files;
  std::vector<std::string> problems;
  bool cut = false;

 private:
  static Status read(const RandomAccess& data, ImageFile& file) {
    Hasher hasher;
    std::string buffer(1 << 16, '\0');
    for (uint64_t at = 0; at < data.size();) {
      SEAWALL_TRY(const size_t got, data.read_at(at, buffer));
      if (got == 0) return malformed("the file ends early");
      const std::string_view bytes = std::string_view(buffer).substr(0, got);
      if (at == 0) look_at_start(bytes, file);
      hasher.update(bytes);
      at += got;
    }
    file.digest = hasher.finish().text();
    if (!file.is_elf) return {};
    // A damaged file is none that can be started; its digest is known all the same.
    if (auto needs = elf_needs_of(data); needs.ok()) file.needs = std::move(*needs);
    return {};
  }
  static void look_at_start(std::string_view bytes, ImageFile& file) {
    file.is_elf = bytes.starts_with(
        "\x7f"
        "ELF");
    if (!bytes.starts_with("#!")) return;
    const std::string_view line = bytes.substr(2, std::min(bytes.find('\n'), kShebangBytes) - 2);
    file.shebang = trim(line.substr(0, line.find('\n')));
  }
  size_t most_;
};

struct Walked {
  LayerVisitor visitor{ImageFiles::kMostEntries};
  artifact::PathShadow shadow;
  Digest diff_id;
};

Status walk(std::unique_ptr<Reader> blob, const Limits& limits, Walked& out) {
  artifact::WalkOptions options;
  options.limits = limits;
  SEAWALL_TRY(auto facts, artifact::walk_layer(std::move(blob), options, out.visitor));
  if (out.visitor.cut)
    return limit_reached(fmt::format("more than {} files", ImageFiles::kMostEntries));
  out.shadow = std::move(facts.shadow);
  out.diff_id = facts.diff_id;
  return {};
}

Error mismatch(size_t layer, const Digest& said, const Digest& is) {
  return Error(Code::kMismatch, fmt::format("layer {} has the diffID {} instead of {}", layer + 1,
                                            is.text(), said.text()));
}

// Every layer from the bottom, whatever the order in which the source sends them.
Result<std::vector<Walked>> walk_layers(const artifact::Image& image, const Limits& limits) {
  std::vector<Walked> layers(image.layers.size());
  if (!image.stream_layers) {
    for (size_t i = 0; i < layers.size(); ++i) {
      SEAWALL_TRY(auto blob, image.layers[i].open());
      SEAWALL_CHECK(walk(std::move(blob), limits, layers[i]));
      const Digest& said = image.layers[i].diff_id;
      if (!said.empty() && said != layers[i].diff_id) return mismatch(i, said, layers[i].diff_id);
    }
    return layers;
  }
  std::vector<bool> sent(layers.size());
  SEAWALL_CHECK(image.stream_layers([&](std::unique_ptr<Reader> blob) -> Status {
    Walked one;
    if (!walk(std::move(blob), limits, one).ok()) return {};  // what is no layer is sent, too
    for (size_t i = 0; i < layers.size(); ++i) {
      if (image.layers[i].diff_id != one.diff_id) continue;
      layers[i] = one;
      sent[i] = true;
    }
    return {};
  }));
  for (size_t i = 0; i < sent.size(); ++i) {
    if (!sent[i]) return malformed(fmt::format("layer {} could not be read", i + 1));
  }
  return layers;
}

}  // namespace

void ImageFiles::lay(Map layer, const artifact::PathShadow& shadow) {
  std::erase_if(files_, [&](const auto& file) { return shadow.hides(file.first); });
  for (auto& [path, file] : layer) files_[path] = std::move(file);
}

Result<ImageFiles> ImageFiles::read(const artifact::Image& image, const Limits& limits) {
  SEAWALL_TRY(std::vector<Walked> layers, walk_layers(image, limits));
  ImageFiles out;
  for (Walked& layer : layers) {
    out.lay(std::move(layer.visitor.files), layer.shadow);
    if (out.files_.size() > kMostEntries)
      return limit_reached(fmt::format("more than {} files", kMostEntries));
    for (std::string& problem : layer.visitor.problems) out.problems_.push_back(std::move(problem));
  }
  return out;
}

std::string ImageFiles::resolve(std::string_view path) const {
  bool escapes = false;
  std::string current = normalize_path(path, escapes);
  for (int links = 0; links < kMostLinks; ++links) {
    bool changed = false;
    for (size_t end = current.find('/'); !changed; end = current.find('/', end + 1)) {
      const std::string part = current.substr(0, end);
      const auto found = files_.find(part);
      if (found != files_.end() && !found->second.link.empty()) {
        const std::string& link = found->second.link;
        const size_t slash = part.rfind('/');
        const std::string base =
            link.starts_with('/') || slash == part.npos ? "" : part.substr(0, slash) + "/";
        const std::string rest = end == current.npos ? "" : current.substr(end);
        current = normalize_path(base + link + rest, escapes);
        changed = true;
      }
      if (end == current.npos || end == std::string::npos) break;
    }
    if (!changed) return files_.contains(current) ? "/" + current : "";
  }
  return {};
}

const ImageFile* ImageFiles::find(std::string_view path) const {
  const std::string resolved = resolve(path);
  if (resolved.empty()) return nullptr;
  const auto found = files_.find(std::string_view(resolved).substr(1));
  return found == files_.end() || found->second.kind != EntryKind::kFile ? nullptr : &found->second;
}

std::map<std::string, std::string> ImageFiles::executables() const {
  std::map<std::string, std::string> out;
  for (const auto& [path, file] : files_) {
    if (file.executable && !file.digest.empty()) out["/" + path] = file.digest;
  }
  return out;
}

}  // namespace seawall::guard
