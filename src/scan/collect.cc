#include "scan/collect.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "artifact/layer_walk.h"
#include "base/interrupt.h"
#include "base/thread_pool.h"
#include "scan/file_collector.h"
#include "scan/tree_cache.h"

namespace seawall::scan {
namespace {

// How often a hard link may lead to another one.
constexpr int kMostLinks = 8;

// Reads the targets of hard links in a further walk, under the links' own names.
class LinkVisitor : public artifact::FileVisitor {
 public:
  using Pending = std::multimap<std::string, std::string, std::less<>>;  // target, wanted name
  LinkVisitor(const Pending& pending, FileCollector& collector)
      : pending_(pending), collector_(collector) {}

  artifact::Interest interest(const artifact::WalkedEntry& file) override {
    return pending_.contains(file.path) ? artifact::Interest::kData : artifact::Interest::kNone;
  }
  artifact::Interest interest(const artifact::WalkedEntry&, std::string_view) override {
    return artifact::Interest::kNone;
  }
  void file(const artifact::WalkedFile& file) override {
    found_.emplace(file.path);
    const auto [first, last] = pending_.equal_range(file.path);
    for (auto name = first; name != last; ++name) collector_.linked_file(name->second, file);
  }
  bool wants_link(std::string_view path) override { return pending_.contains(path); }
  bool may_contain(std::string_view) override { return true; }
  void problem(Error error) override { collector_.problem(std::move(error)); }

  std::set<std::string, std::less<>>& found() { return found_; }

 private:
  const Pending& pending_;
  FileCollector& collector_;
  std::set<std::string, std::less<>> found_;
};

// A link that leads nowhere is a problem: what it hides may be the package database.
Status read_links(const artifact::ImageLayer& source, const artifact::LayerFacts& facts,
                  const artifact::WalkOptions& options, FileCollector& collector,
                  std::vector<std::string>& problems) {
  LinkVisitor::Pending pending;
  for (const auto& [path, target] : facts.unread_links) pending.emplace(target, path);
  for (int round = 0; round < kMostLinks && !pending.empty(); ++round) {
    LinkVisitor visitor(pending, collector);
    SEAWALL_TRY(auto blob, source.open());
    SEAWALL_TRY(const auto again, artifact::walk_layer(std::move(blob), options, visitor));
    if (again.diff_id != facts.diff_id) return malformed("the layer changed between two readings");
    LinkVisitor::Pending further;
    for (const auto& [path, target] : again.unread_links) {
      if (!visitor.found().insert(path).second) continue;
      const auto [first, last] = pending.equal_range(path);
      for (auto name = first; name != last; ++name) further.emplace(target, name->second);
    }
    for (const auto& [target, name] : pending) {
      if (visitor.found().contains(target)) continue;
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

// The clock that file systems stamp files with, in nanoseconds; no $SOURCE_DATE_EPOCH here.
int64_t real_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class ImageCollector {
 public:
  ImageCollector(const artifact::Image& image, const CollectOptions& options)
      : image_(image),
        options_(options),
        wanted_({options.categories, inspect::Scope::kInstalled}, options.skip),
        cache_(options.cache_directory, wanted_.fingerprint()) {}

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
    if (!source.digest.empty() && layer.digest != source.digest) {
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
    FileCollector collector(wanted_, options_.limits, layer);
    artifact::WalkOptions walk_options{options_.limits, overlap_, progress_};
    if (source) {
      walk_options.blob_hash = source->digest.algorithm;
      walk_options.diff_hash = source->diff_id.algorithm;
    }
    SEAWALL_TRY(auto facts, artifact::walk_layer(std::move(blob), walk_options, collector));
    if (!facts.unread_links.empty()) {
      if (source && source->open) {
        SEAWALL_CHECK(read_links(*source, facts, walk_options, collector, layer.problems));
      } else {
        layer.problems.push_back(
            fmt::format("{} is a hard link whose content this source cannot give again",
                        facts.unread_links.front().first));
      }
    }
    for (const Error& error : collector.unread()) layer.problems.push_back(error.text());
    layer.digest = facts.digest;
    layer.diff_id = facts.diff_id;
    layer.packed_size = facts.packed_size;
    layer.unpacked_size = facts.unpacked_size;
    layer.files = facts.files;
    layer.shadow = std::move(facts.shadow);
    if (facts.refused_paths > 0) {
      layer.problems.push_back(
          fmt::format("{} entries whose path leads out of the root were left out (\"..\")",
                      facts.refused_paths));
    }
    collector.finish();
    return {};
  }

  // An archive's blob has the digest that its manifest says; an engine may pack layers anew.
  Status check_sent_blob(size_t i, const LayerResult& layer) const {
    const Digest& said = image_.layers[i].digest;
    if (!image_.kind.ends_with("-archive") || said.empty() ||
        said.algorithm != layer.digest.algorithm || said == layer.digest)
      return {};
    return mismatch("blob", said, layer.digest);
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
      bool as_named = true;
      for (size_t i : found->second) {
        out_.layers[i] = layer;
        if (auto checked = check_sent_blob(i, layer); !checked.ok()) {
          errors[i] = std::make_unique<Error>(std::move(checked).error());
          as_named = false;
        }
      }
      if (as_named) cache_.put(layer);
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
  Wanted wanted_;
  LayerCache cache_;
  Collected out_;
  Progress* progress_ = nullptr;
  bool overlap_ = false;
};

}  // namespace

Result<Collected> collect_image(const artifact::Image& image, const CollectOptions& options) {
  return ImageCollector(image, options).run();
}

Result<Collected> collect_tree(const artifact::FileTree& tree, const CollectOptions& options) {
  const bool is_source = tree.kind == artifact::to_string(artifact::TargetKind::kDirectory);
  const Wanted wanted(
      {options.categories, is_source ? inspect::Scope::kSource : inspect::Scope::kInstalled},
      options.skip);
  const unsigned jobs = std::max(options.jobs, 1u);
  const TreeCache cache(options.cache_directory, wanted.fingerprint(), tree.root, real_time());
  std::vector<LayerResult> parts(jobs);
  std::vector<std::unique_ptr<FileCollector>> collectors;
  std::vector<artifact::FileVisitor*> visitors;
  for (LayerResult& part : parts) {
    collectors.push_back(std::make_unique<FileCollector>(wanted, options.limits, part, &cache));
    visitors.push_back(collectors.back().get());
  }
  Collected out;
  LayerResult layer;
  SEAWALL_CHECK(artifact::walk_tree(tree.root, options.limits, visitors, layer.files));
  std::vector<Error> unread;
  SeenFiles seen;
  for (size_t i = 0; i < parts.size(); ++i) {
    SeenFiles& part = collectors[i]->seen();
    std::move(part.silent.begin(), part.silent.end(), std::back_inserter(seen.silent));
    std::move(part.with_results.begin(), part.with_results.end(),
              std::back_inserter(seen.with_results));
    seen.fresh += part.fresh;
    std::move(parts[i].results.begin(), parts[i].results.end(), std::back_inserter(layer.results));
    std::move(parts[i].notable.begin(), parts[i].notable.end(), std::back_inserter(layer.notable));
    for (Error& error : collectors[i]->unread()) unread.push_back(std::move(error));
  }
  FileCollector(wanted, options.limits, layer).finish();
  cache.put(std::move(seen), layer.results);
  for (const Error& error : unread)
    out.problems.push_back({error.where(), error.message(), error.hint(), error.code()});
  std::sort(out.problems.begin(), out.problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.where, a.message) < std::tie(b.where, b.message);
  });
  out.layers.push_back(std::move(layer));
  out.from_cache.push_back(false);
  out.usable.push_back(true);
  return out;
}

}  // namespace seawall::scan
