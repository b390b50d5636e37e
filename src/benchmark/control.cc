#include "benchmark/control.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/strings.h"
#include "benchmark/host_library.h"
#include "cel/paths.h"
#include "codec/yaml.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kFolder = "controls/";
constexpr std::string_view kBenchmarks = "benchmarks.yaml";

Error wrong(const rules::Rule& rule, std::string what) {
  return malformed(fmt::format("{}: {}", rule.id, what))
      .at(fmt::format("{}:{}", rule.file, rule.line));
}

ControlText text_of(const Node& node) {
  return {std::string(node["en"].string()), std::string(node["fr"].string())};
}

cel::Environment environment() {
  cel::Environment environment = cel::Environment::kubernetes(36);
  environment.add_library(host_library);
  for (const std::string_view name : fact_names()) environment.add_variable(name, &cel::types::dyn);
  environment.add_variable("now", &cel::types::timestamp);
  environment.add_variable("item", &cel::types::dyn);
  return environment;
}

// Reads the controls of one file.
class ControlReader {
 public:
  explicit ControlReader(const cel::Environment& environment) : environment_(environment) {}

  Result<Control> read(const rules::Rule& rule, const Node& node) {
    Control control;
    control.rule = rule;
    SEAWALL_CHECK(check_keys(rule, node));
    control.level = static_cast<int>(node["level"].integer().value_or(0));
    const std::string_view assessment = node["assessment"].string("automated");
    if (assessment != "automated" && assessment != "manual")
      return wrong(rule, "assessment is automated or manual");
    control.automated = assessment == "automated";
    control.each = node["each"].string();
    const auto& names = fact_names();
    if (!control.each.empty() && std::find(names.begin(), names.end(), control.each) == names.end())
      return wrong(rule, fmt::format("there is no list \"{}\" of facts", control.each));
    for (const auto& [key, place] :
         {std::pair("applies", &control.applies), std::pair("pass", &control.pass)}) {
      if (!node[key].exists()) continue;
      SEAWALL_TRY(*place, expression(rule, key, node[key].string()));
    }
    for (const auto& [key, list] :
         {std::pair("where", &control.where), std::pair("evidence", &control.evidence)}) {
      for (const Node& one : node[key].items()) {
        SEAWALL_TRY(Expression read, expression(rule, key, one.string()));
        list->push_back(std::move(read));
      }
    }
    control.look = text_of(node["look"]);
    control.patch = node["fix"]["patch"].string();
    control.examples = &node["examples"];
    control.section = section_of(control);
    SEAWALL_CHECK(check_whole(control));
    return control;
  }

 private:
  static Status check_keys(const rules::Rule& rule, const Node& node) {
    static const std::set<std::string_view> kKeys = {
        "id",         "aliases", "title",      "why",        "severity", "level",
        "assessment", "each",    "applies",    "where",      "pass",     "evidence",
        "look",       "fix",     "frameworks", "references", "examples"};
    for (const Member& member : node.members()) {
      if (!kKeys.contains(member.key))
        return wrong(rule, fmt::format("\"{}\" is no key of a control", member.key));
    }
    return {};
  }

  static Status check_whole(const Control& control) {
    const bool looks = !control.look.en.empty() && !control.look.fr.empty();
    if (!control.pass && !looks)
      return wrong(control.rule, "it has neither a condition (pass) nor what to look at (look)");
    if (!control.where.empty() && control.each.empty())
      return wrong(control.rule, "where needs each: of what it is asked");
    if (control.pass && control.evidence.empty())
      return wrong(control.rule, "it shows no evidence");
    return {};
  }

  Result<Expression> expression(const rules::Rule& rule, std::string_view key,
                                std::string_view text) {
    auto program = environment_.compile(text);
    if (!program.ok()) return wrong(rule, fmt::format("{}: {}", key, program.error().message()));
    Expression out;
    out.text = text;
    out.program = std::move(program).value();
    for (cel::MemberPath& path : cel::member_paths(out.program))
      out.reads.push_back(std::move(path.text));
    return out;
  }

  // "2" of "cis-docker-1.8.0/2.2"; else the file: "kernel" of "controls/kernel.yaml".
  static std::string section_of(const Control& control) {
    for (const std::string& alias : control.rule.aliases) {
      const size_t slash = alias.find('/');
      if (alias.starts_with("cis-docker-") && slash != alias.npos)
        return alias.substr(slash + 1, alias.find('.', slash) - slash - 1);
    }
    std::string name = control.rule.file.substr(control.rule.file.rfind('/') + 1);
    return name.substr(0, name.find('.'));
  }

  const cel::Environment& environment_;
};

Result<std::vector<Benchmark>> read_benchmarks(std::string_view yaml, const std::string& name) {
  auto documents = parse_yaml(yaml);
  if (!documents.ok()) return std::move(documents.error()).at(name);
  std::vector<Benchmark> out;
  for (const Document& document : *documents) {
    for (const Node& node : document.root()["benchmarks"].items()) {
      Benchmark benchmark{
          std::string(node["name"].string()), std::string(node["title"].string()), {}};
      for (const Member& section : node["sections"].members())
        benchmark.sections[std::string(section.key)] = text_of(section.value);
      out.push_back(std::move(benchmark));
    }
  }
  if (out.empty()) return malformed("no benchmarks in it").at(name);
  return out;
}

}  // namespace

const std::vector<std::string_view>& fact_names() {
  static const std::vector<std::string_view> names = {
      "host",   "docker",    "podman",       "containers", "images",   "networks", "volumes",
      "swarm",  "files",     "audit",        "units",      "kernel",   "mounts",   "users",
      "groups", "listening", "certificates", "updates",    "conflicts"};
  return names;
}

std::string Control::number_in(std::string_view benchmark) const {
  for (const std::string& alias : rule.aliases) {
    if (alias.starts_with(benchmark) && alias.substr(benchmark.size()).starts_with('/'))
      return alias.substr(benchmark.size() + 1);
  }
  return {};
}

Result<ControlSet> ControlSet::load(const std::vector<std::pair<std::string, std::string>>& files) {
  ControlSet set;
  set.conditions_ = std::make_unique<cel::Environment>(environment());
  ControlReader reader(*set.conditions_);
  std::set<std::string> ids;
  for (const auto& [name, text] : files) {
    if (name.ends_with(kBenchmarks)) {
      SEAWALL_TRY(set.benchmarks_, read_benchmarks(text, name));
      continue;
    }
    SEAWALL_TRY(rules::RuleFile file, rules::load_rules(text, name));
    for (size_t i = 0; i < file.rules().size(); ++i) {
      SEAWALL_TRY(Control control, reader.read(file.rules()[i], file.node(i)));
      if (!ids.insert(control.rule.id).second) return wrong(control.rule, "it stands twice");
      set.controls_.push_back(std::move(control));
    }
    set.files_.push_back(std::move(file));
  }
  if (set.benchmarks_.empty()) return malformed("there is no benchmarks.yaml among the controls");
  return set;
}

Result<ControlSet> ControlSet::built_in() {
  std::vector<std::pair<std::string, std::string>> files;
  for (const ContentFile& file : built_in_content()) {
    if (file.name.starts_with(kFolder)) files.emplace_back(file.name, file.bytes);
  }
  return load(files);
}

const Benchmark* ControlSet::benchmark(std::string_view name) const {
  for (const Benchmark& one : benchmarks_) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::vector<const Control*> ControlSet::named(std::string_view word,
                                              std::string_view benchmark) const {
  std::vector<const Control*> out;
  for (const Control& control : controls_) {
    const std::string number = control.number_in(benchmark);
    const auto& aliases = control.rule.aliases;
    const bool part =
        !number.empty() && (number == word || number.starts_with(std::string(word) + "."));
    if (to_lower(control.rule.id) == to_lower(word) || part || control.section == word ||
        std::find(aliases.begin(), aliases.end(), word) != aliases.end())
      out.push_back(&control);
  }
  return out;
}

}  // namespace seawall::benchmark
