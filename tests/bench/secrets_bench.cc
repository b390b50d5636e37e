// MB/s a core of the secret scan, both literal engines, over the text files of a real tree
// ($SEAWALL_BENCH_TREE, else /usr/share and /usr/lib; at most 512 MiB), over one minified line, and
// of the literal pass alone. "more rules" adds synthetic vendors until there are 200.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/content.h"
#include "base/file.h"
#include "base/strings.h"
#include "inspect/secrets/secrets.h"

namespace {

using namespace seawall;
using namespace seawall::inspect;

const std::vector<std::string>& tree() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    uint64_t total = 0;
    const char* named = std::getenv("SEAWALL_BENCH_TREE");
    const std::vector<std::string> roots = named
                                               ? std::vector<std::string>{named}
                                               : std::vector<std::string>{"/usr/share", "/usr/lib"};
    for (const std::string& root : roots) {
      std::error_code error;
      auto at = std::filesystem::recursive_directory_iterator(
          root, std::filesystem::directory_options::skip_permission_denied, error);
      for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
        if (total > (512u << 20)) break;
        if (!at->is_regular_file(error) || at->is_symlink(error)) continue;
        auto text = read_file(at->path().string(), 64u << 20);
        if (!text.ok() || classify(*text) != kText) continue;
        total += text->size();
        out.push_back(std::move(text).value());
      }
    }
    return out;
  }();
  return texts;
}

const std::vector<std::string>& minified() {
  static const std::vector<std::string> texts = [] {
    std::string text;
    while (text.size() < (100u << 20))
      text +=
          "function(e,t){return e.value=t.password||\"\",n(e,{key:1,https:\"https://a.b/c\"})},";
    return std::vector<std::string>{std::move(text)};
  }();
  return texts;
}

const SecretRules& two_hundred() {
  static const SecretRules rules = [] {
    std::vector<SecretRules::Source> sources;
    for (const char* name : {"secrets/engine.yaml"})
      sources.push_back({name, std::string(built_in_content(name))});
    std::string more = "rules:\n";
    for (int i = 0; i < 190; ++i) {
      more += fmt::format(
          "  - id: SW-S9{:03}\n    title: {{en: a, fr: a}}\n    fix: {{en: a, fr: a}}\n"
          "    severity: low\n    keywords: [v{:02}x{}_, vendor{}name]\n"
          "    pattern: '\\b(v{:02}x{}_[A-Za-z0-9]{{32}})\\b'\n"
          "    examples: {{pass: [a, b, c], fail: [a, b, c]}}\n",
          i, i, i % 7, i, i, i % 7);
    }
    sources.push_back({"more.yaml", std::move(more)});
    auto parsed = SecretRules::parse(sources, false);
    if (!parsed.ok()) std::abort();
    return std::move(parsed).value();
  }();
  return rules;
}

void scan(benchmark::State& state, const std::vector<std::string>& (*texts)(),
          LiteralEngine engine) {
  const SecretRules& rules =
      SecretRules::built_in().all().size() > 150 ? SecretRules::built_in() : two_hundred();
  const SecretScanner scanner(rules, engine);
  texts();  // read before the clock runs
  uint64_t bytes = 0, findings = 0;
  for (auto _ : state) {
    findings = 0;
    for (const std::string& text : texts()) {
      findings += scanner.scan("x", text).findings.size();
      bytes += text.size();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["findings"] = static_cast<double>(findings);
  state.SetLabel(std::string(scanner.literals().engine()));
}

void literals(benchmark::State& state, LiteralEngine engine) {
  const auto set = LiteralSet::make(two_hundred().keywords(), engine);
  std::vector<LiteralSet::Hit> hits;
  tree();
  uint64_t bytes = 0;
  for (auto _ : state) {
    for (const std::string& text : tree()) {
      set->find(text, hits);
      bytes += text.size();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

BENCHMARK_CAPTURE(literals, portable, LiteralEngine::kPortable)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(literals, best, LiteralEngine::kBest)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scan, tree_portable, tree, LiteralEngine::kPortable)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scan, tree_best, tree, LiteralEngine::kBest)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scan, minified_portable, minified, LiteralEngine::kPortable)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scan, minified_best, minified, LiteralEngine::kBest)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
