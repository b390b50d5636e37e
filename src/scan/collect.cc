#include "scan/collect.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "artifact/layer_walk.h"
#include "base/interrupt.h"
#include "base/thread_pool.h"
#include "inspect/inspector.h"

namespace seawall::scan {
namespace {

PathSet wanted_paths() {
  PathSet wanted;
  const auto& all = inspect::inspectors();
  for (uint32_t i = 0; i < all.size(); ++i) {
    for (const std::string_view pattern : all[i].paths) wanted.add(pattern, i);
  }
  return wanted;
}

// Runs the inspectors that want a file and gathers what they say.
class FileCollector : public inspect::InspectorSink {
 public:
  FileCollector(LayerResult& layer, const Limits& limits) : layer_(layer), limits_(limits) {}

  void file(const artifact::WalkedFile& file) {
    // An archive may hold one path twice; the last entry is the file. Its owners follow from its
    // path, so that what was said of the first is overwritten where it stands.
    const auto [known, fresh] = places_.try_emplace(file.path, layer_.results.size());
    if (fresh) layer_.results.resize(layer_.results.size() + file.owners.size());
    for (size_t i = 0; i < file.owners.size(); ++i) {
      const inspect::Inspector& inspector = inspect::inspectors()[file.owners[i]];
      current_ = {file.path, std::string(inspector.name), {}, {}, {}, {}};
      inspector.parse({file.path, file.content, limits_}, *this);
      layer_.results[known->second + i] = std::move(current_);
    }
  }

  void package(Package package) override {
    if (++packages_ > limits_.packages) {
      if (packages_ == limits_.packages + 1)
        problem(limit_reached("more packages than allowed; the rest is left out"));
      return;
    }
    package.location.path = current_.path;
    current_.packages.push_back(std::move(package));
  }
  void distribution(Distribution distribution) override {
    current_.distributions.push_back(std::move(distribution));
  }
  void finding(Finding finding) override {
    finding.location.path = current_.path;
    set_fingerprint(finding);
    current_.findings.push_back(std::move(finding));
  }
  void owned_file(std::string_view path, std::string_view) override { (void)path; }
  void problem(Error error) override {
    if (current_.problems.size() < 20) current_.problems.push_back(error.text());
  }

 private:
  LayerResult& layer_;
  const Limits& limits_;
  FileResult current_;
  std::unordered_map<std::string, size_t> places_;  // of a path's first result
  uint64_t packages_ = 0;
};

void sort_results(LayerResult& layer) {
  std::sort(layer.results.begin(), layer.results.end(),
            [](const FileResult& a, const FileResult& b) {
              return std::tie(a.path, a.inspector) < std::tie(b.path, b.inspector);
            });
}

// How often a hard link may lead to another one.
constexpr int kMostLinks = 8;

// Wanted files that are hard links to files nobody wanted are read in further walks, under the
// link's own name. A link that leads nowhere is a problem: what it hides may be the package
// database.
Status read_links(const artifact::ImageLayer& source, const artifact::LayerFacts& facts,
                  const PathSet& wanted, const artifact::WalkOptions& options,
                  FileCollector& collector, std::vector<std::string>& problems) {
  std::multimap<std::string, std::string> pending;  // target, the name it is wanted under
  for (const auto& [path, target] : facts.unread_links) pending.emplace(target, path);
  for (int round = 0; round < kMostLinks && !pending.empty(); ++round) {
    PathSet targets;
    for (const auto& [target, name] : pending) targets.add(target, 0);
    std::set<std::string> found;
    SEAWALL_TRY(auto blob, source.open());
    SEAWALL_TRY(const auto again,
                artifact::walk_layer(std::move(blob), targets, options,
                                     [&](const artifact::WalkedFile& file) {
                                       found.insert(file.path);
                                       const auto [first, last] = pending.equal_range(file.path);
                                       for (auto name = first; name != last; ++name) {
                                         std::vector<uint32_t> owners;
                                         wanted.match(name->second, owners);
                                         collector.file({name->second, file.content, owners});
                                       }
                                     }));
    if (again.diff_id != facts.diff_id) return malformed("the layer changed between two readings");
    std::multimap<std::string, std::string> further;
    for (const auto& [path, target] : again.unread_links) {
      if (found.contains(path)) continue;
      const auto [first, last] = pending.equal_range(path);
      for (auto name = first; name != last; ++name) further.emplace(target, name->second);
      found.insert(path);
    }
    for (const auto& [target, name] : pending) {
      if (found.contains(target)) continue;
      problems.push_back(
          fmt::format("{} is a hard link to {}, which the layer does not hold", name, target));
    }
    pending = std::move(further);
  }
  for (const auto& [target, name] : pending) {
    problems.push_back(
        fmt::format("{} is a hard link that leads through more than {} others", name, kMostLinks));
  }
  return {};
}

class ImageCollector {
 public:
  ImageCollector(const artifact::Image& image, const CollectOptions& options)
      : image_(image),
        options_(options),
        cache_(options.cache_directory),
        wanted_(wanted_paths()) {}

  Result<Collected> run() {
    const size_t count = image_.layers.size();
    out_.layers.resize(count);
    out_.from_cache.assign(count, false);
    out_.usable.assign(count, true);
    std::vector<size_t> missing;
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; ++i) {
      if (auto cached = cache_.get(image_.layers[i].diff_id)) {
        out_.layers[i] = std::move(*cached);
        out_.from_cache[i] = true;
      } else {
        missing.push_back(i);
        bytes += image_.layers[i].size;
      }
    }
    Progress progress(fmt::format("{}: {} of {} layers", image_.name, missing.size(), count),
                      bytes);
    progress_ = &progress;
    std::vector<std::unique_ptr<Error>> errors(count);
    if (image_.stream_layers) {
      if (!missing.empty()) stream(missing, errors);
    } else {
      std::stable_sort(missing.begin(), missing.end(), [&](size_t a, size_t b) {
        return image_.layers[a].size > image_.layers[b].size;
      });
      // With fewer layers than threads, the spare thread inflates while the other hashes.
      overlap_ = missing.size() < options_.jobs;
      parallel_for(missing.size(), options_.jobs, [&](size_t i) {
        const size_t layer = missing[i];
        auto status = read_layer(layer);
        if (!status.ok()) errors[layer] = std::make_unique<Error>(std::move(status).error());
      });
    }
    SEAWALL_CHECK(check_interrupted());
    for (size_t i = 0; i < count; ++i) report(i, errors[i].get());
    return std::move(out_);
  }

 private:
  Status read_layer(size_t i) {
    const artifact::ImageLayer& source = image_.layers[i];
    SEAWALL_TRY(auto blob, source.open());
    LayerResult layer;
    SEAWALL_CHECK(walk(std::move(blob), &source, layer));
    if (!source.digest.empty() && layer.digest.hex != source.digest.hex &&
        source.digest.algorithm == HashAlgorithm::kSha256) {
      return mismatch("blob", source.digest, layer.digest);
    }
    if (!source.diff_id.empty() && layer.diff_id != source.diff_id) {
      return mismatch("unpacked layer", source.diff_id, layer.diff_id);
    }
    cache_.put(layer);
    out_.layers[i] = std::move(layer);
    return {};
  }

  static Error mismatch(std::string_view what, const Digest& expected, const Digest& actual) {
    return Error(Code::kMismatch, fmt::format("the {} has the digest {} instead of {}", what,
                                              actual.text(), expected.text()))
        .hint("the image was changed or damaged on its way; fetch or save it again");
  }

  Status walk(std::unique_ptr<Reader> blob, const artifact::ImageLayer* source,
              LayerResult& layer) {
    FileCollector collector(layer, options_.limits);
    const artifact::WalkOptions walk_options{options_.limits, overlap_, progress_};
    SEAWALL_TRY(const auto facts,
                artifact::walk_layer(std::move(blob), wanted_, walk_options,
                                     [&](const auto& file) { collector.file(file); }));
    if (!facts.unread_links.empty()) {
      if (source && source->open) {
        SEAWALL_CHECK(read_links(*source, facts, wanted_, walk_options, collector, layer.problems));
      } else {
        layer.problems.push_back(
            fmt::format("{} is a hard link whose content this source cannot give again",
                        facts.unread_links.front().first));
      }
    }
    layer.digest = facts.digest;
    layer.diff_id = facts.diff_id;
    layer.packed_size = facts.packed_size;
    layer.unpacked_size = facts.unpacked_size;
    layer.files = facts.files;
    layer.hidden = facts.hidden;
    if (facts.refused_paths > 0) {
      layer.problems.push_back(
          fmt::format("{} entries whose path leads out of the root were left out (\"..\")",
                      facts.refused_paths));
    }
    sort_results(layer);
    return {};
  }

  // Sources that send all layers in one stream: each is told by its diffID; what is no layer is
  // passed over.
  void stream(const std::vector<size_t>& missing, std::vector<std::unique_ptr<Error>>& errors) {
    overlap_ = options_.jobs > 1;
    std::map<std::string, std::vector<size_t>> by_diff_id;
    for (size_t i : missing) by_diff_id[image_.layers[i].diff_id.hex].push_back(i);
    std::set<std::string> seen;
    std::unique_ptr<Error> last;
    auto status = image_.stream_layers([&](std::unique_ptr<Reader> blob) -> Status {
      LayerResult layer;
      auto walked = walk(std::move(blob), nullptr, layer);
      SEAWALL_CHECK(check_interrupted());
      if (!walked.ok()) {
        last = std::make_unique<Error>(std::move(walked).error());
        return {};
      }
      const auto found = by_diff_id.find(layer.diff_id.hex);
      if (found == by_diff_id.end()) return {};
      seen.insert(layer.diff_id.hex);
      cache_.put(layer);
      for (size_t i : found->second) out_.layers[i] = layer;
      return {};
    });
    for (size_t i : missing) {
      if (seen.contains(image_.layers[i].diff_id.hex)) continue;
      if (!status.ok()) {
        errors[i] = std::make_unique<Error>(status.error());
      } else {
        errors[i] = std::make_unique<Error>(
            last ? *last
                 : Error(Code::kMalformed, "the source did not send a layer with this diffID"));
      }
    }
  }

  void report(size_t i, const Error* error) {
    const Digest& name =
        image_.layers[i].diff_id.empty() ? out_.layers[i].diff_id : image_.layers[i].diff_id;
    const std::string where = fmt::format("layer {} of {}{}", i + 1, image_.layers.size(),
                                          name.empty() ? "" : " (" + name.short_text() + ")");
    if (error) {
      out_.usable[i] = false;
      out_.problems.push_back({where, error->text(), error->hint(), error->code()});
      return;
    }
    for (const std::string& text : out_.layers[i].problems) {
      out_.problems.push_back({where, text, "", Code::kMalformed});
    }
  }

  const artifact::Image& image_;
  const CollectOptions& options_;
  LayerCache cache_;
  PathSet wanted_;
  Collected out_;
  Progress* progress_ = nullptr;
  bool overlap_ = false;
};

}  // namespace

Result<Collected> collect_image(const artifact::Image& image, const CollectOptions& options) {
  return ImageCollector(image, options).run();
}

Result<Collected> collect_tree(const artifact::FileTree& tree, const CollectOptions& options) {
  Collected out;
  LayerResult layer;
  FileCollector collector(layer, options.limits);
  std::vector<Error> errors;
  const PathSet wanted = wanted_paths();
  SEAWALL_CHECK(artifact::walk_tree(
      tree.root, wanted, options.limits, [&](const auto& file) { collector.file(file); }, errors,
      layer.files));
  sort_results(layer);
  for (const Error& error : errors) {
    out.problems.push_back({error.where(), error.message(), error.hint(), error.code()});
  }
  out.layers.push_back(std::move(layer));
  out.from_cache.push_back(false);
  out.usable.push_back(true);
  return out;
}

}  // namespace seawall::scan
