// seawall policy eval: one expression, or many, as Kubernetes would evaluate them.
#include <charconv>
#include <iostream>
#include <map>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "cel/authorizer.h"
#include "cel/environment.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "codec/json_writer.h"
#include "codec/yaml.h"

namespace seawall::cli {
namespace {

constexpr int kNewestMinor = 36;
// The variables of Kubernetes' admission policies, each with the key of --lines that sets it.
struct Known {
  std::string_view variable, key;
};
constexpr Known kVariables[] = {{"object", "Object"},
                                {"oldObject", "OldObject"},
                                {"request", "Request"},
                                {"params", "Params"},
                                {"namespaceObject", "NamespaceObject"},
                                {"variables", "Variables"}};

Result<int> minor_of(std::string_view version) {
  std::string_view digits = version;
  if (digits.starts_with('v')) digits.remove_prefix(1);
  int minor = 0;
  if (digits.starts_with("1.")) {
    digits.remove_prefix(2);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
    if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size()) return minor;
  }
  return usage_error(fmt::format("\"{}\" is no version of Kubernetes", version))
      .hint("write it as 1.30");
}

// Reads --authorizer: what the variables authorizer and authorizer.requestResource answer from.
Result<std::vector<Document>> read_decisions(const Arguments& arguments) {
  if (!arguments.has("authorizer")) return std::vector<Document>{};
  const std::string path = arguments.get("authorizer");
  SEAWALL_TRY(const std::string text, read_file(path, Limits{}.document_bytes));
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(path);
  if (documents->size() != 1 || !documents->front().root().is_array()) {
    return usage_error(path + " is not one list of decisions")
        .hint("- {verb: get, resource: pods, allowed: true}");
  }
  return documents;
}

// The two variables, for the user and the resource of an AdmissionReview's request.
void add_authorizers(std::vector<cel::Value>& values, Arena& arena, const Node& decisions,
                     const Node& request) {
  const std::string_view user = request["userInfo"]["username"].string();
  const Node& resource = request["resource"];
  cel::RequestResource asked;
  asked.group = resource["group"].string();
  asked.resource = resource["resource"].string();
  asked.subresource = request["subResource"].string();
  asked.name_space = request["namespace"].string();
  asked.name = request["name"].string();
  values.push_back(cel::make_authorizer(arena, decisions, user));
  values.push_back(cel::make_request_resource(arena, decisions, user, asked));
}

// An environment with the variables of admission policies and those of the data.
struct Setting {
  cel::Environment environment;
  std::vector<std::string> names;
};
Setting make_setting(int minor, const Node* data, bool authorizers) {
  Setting setting{cel::Environment::kubernetes(minor), {}};
  const auto add = [&](std::string_view name) {
    if (setting.environment.add_variable(name, &cel::types::dyn) == setting.names.size()) {
      setting.names.emplace_back(name);
    }
  };
  for (const Known& known : kVariables) add(known.variable);
  if (data != nullptr) {
    for (const Member& member : data->members()) add(member.key);
  }
  if (authorizers) {
    setting.environment.add_variable("authorizer", &cel::types::authorizer);
    setting.environment.add_variable("authorizer.requestResource", &cel::types::resource_check);
  }
  return setting;
}

std::string answer(const Setting& setting, cel::Evaluation& evaluation, std::string_view expression,
                   const std::vector<cel::Value>& values, bool& good) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  const auto program = setting.environment.compile(expression);
  good = false;
  if (!program.ok()) {
    json.key("compile_error").string(program.error().message());
  } else if (const cel::Value value = evaluation.run(*program, values); value.is_error()) {
    json.key("error").string(value.error().message);
    json.key("cost").integer(static_cast<int64_t>(evaluation.cost()));
  } else {
    good = true;
    json.key("value").string(cel::to_text(value));
    json.key("type").string(cel::type_of(value)->name);
    json.key("cost").integer(static_cast<int64_t>(evaluation.cost()));
    json.key("static_type").string(program->result_type()->text());
    json.end_object();
    out.back() = ',';
    out += "\"json\":";
    cel::write_json(value, out);
    return out + "}\n";
  }
  json.end_object();
  return out + "\n";
}

// One JSON object a line: Expr, Object and, where wanted, OldObject, Request, Params,
// NamespaceObject, Variables, Version.
int run_lines(std::string_view text, int minor, const std::vector<Document>& decisions) {
  std::map<int, Setting> settings;
  cel::Evaluation evaluation;
  bool readable = true;
  for_each_line(text, [&](std::string_view line, size_t number) {
    if (trim(line).empty()) return;
    const auto document = parse_json(std::string(line));
    const Node* root = document.ok() ? &document->root() : nullptr;
    if (root == nullptr || !(*root)["Expr"].is_string()) {
      readable = false;
      std::string out;
      JsonWriter json(out, JsonWriter::kCompact);
      json.begin_object();
      json.key("bad_input")
          .string(
              fmt::format("line {}: {}", number,
                          root == nullptr ? document.error().text() : "it has no text \"Expr\""));
      json.end_object();
      std::cout << out << "\n";
      return;
    }
    int wanted = minor;
    if (const std::string_view version = (*root)["Version"].string(); !version.empty()) {
      wanted = minor_of(version).value_or(std::move(wanted));
    }
    auto found = settings.find(wanted);
    if (found == settings.end()) {
      found = settings.emplace(wanted, make_setting(wanted, nullptr, !decisions.empty())).first;
    }
    std::vector<cel::Value> values;
    for (const Known& known : kVariables) values.push_back(cel::Value::of((*root)[known.key]));
    Arena arena;
    if (!decisions.empty()) {
      add_authorizers(values, arena, decisions.front().root(), (*root)["Request"]);
    }
    bool good = false;
    std::cout << answer(found->second, evaluation, (*root)["Expr"].string(), values, good);
  });
  std::cout.flush();
  return readable ? kPassed : kFailed;
}

// The data's members are variables; `object` is the data itself unless it has a member of that
// name.
int run_one(const Arguments& arguments, int minor, const std::vector<Document>& decisions) {
  Document data;
  if (arguments.has("data")) {
    const std::string path = arguments.get("data");
    const auto text = path == "-" ? read_standard_input(Limits{}.document_bytes)
                                  : read_file(path, Limits{}.document_bytes);
    if (!text.ok()) return fail(text.error());
    auto documents = parse_yaml(*text);
    if (!documents.ok()) return fail(std::move(documents.error()).at(path));
    if (documents->size() != 1) {
      return fail(usage_error(
          fmt::format("{} holds {} documents; one is evaluated", path, documents->size())));
    }
    data = std::move(documents->front());
  }
  const Node& root = data.root();
  const Setting setting = make_setting(minor, &root, !decisions.empty());
  std::vector<cel::Value> values;
  for (const std::string& name : setting.names) {
    const Node& member = root[name];
    values.push_back(cel::Value::of(name == "object" && !member.exists() ? root : member));
  }
  Arena arena;
  if (!decisions.empty()) {
    add_authorizers(values, arena, decisions.front().root(), root["request"]);
  }
  cel::Evaluation evaluation;
  bool good = false;
  const std::string out = answer(setting, evaluation, arguments.positional().front(), values, good);
  if (const auto written = write_output(arguments, out); !written.ok()) {
    return fail(written.error());
  }
  return good ? kPassed : kFailed;
}

int run_eval(const Arguments& arguments) {
  const auto minor = minor_of(arguments.get("kubernetes", fmt::format("1.{}", kNewestMinor)));
  if (!minor.ok()) return fail(minor.error());
  const auto decisions = read_decisions(arguments);
  if (!decisions.ok()) return fail(decisions.error());
  if (!arguments.has("lines")) {
    if (arguments.positional().empty()) {
      return fail(usage_error("seawall policy eval takes an expression")
                      .hint("seawall policy eval 'object.spec.replicas <= 5' --data pod.yaml"));
    }
    return run_one(arguments, *minor, *decisions);
  }
  const auto text = arguments.positional().empty()
                        ? read_standard_input(Limits{}.document_bytes)
                        : read_file(arguments.positional().front(), Limits{}.document_bytes);
  return text.ok() ? run_lines(*text, *minor, *decisions) : fail(text.error());
}

}  // namespace

Command policy_eval_command() {
  return {
      "policy eval",
      "EXPRESSION",
      "evaluate a CEL expression as Kubernetes does",
      "Prints value, type and cost as one JSON object, or the error. Each member of --data is "
      "a variable;\n"
      "`object` is the data itself. With --lines, lines of JSON are read from the file named or "
      "standard\n"
      "input: {\"Expr\": ..., \"Object\": ...}, also OldObject, Request, Params, "
      "NamespaceObject, Variables, Version.\n"
      "Exit status: 0 evaluated, 2 the expression is wrong or its evaluation failed.",
      {{"data", "FILE", "JSON or YAML that the expression reads; -: standard input"},
       {"authorizer", "FILE",
        "a list of decisions that authorizer and authorizer.requestResource answer from"},
       {"lines", "", "read lines of JSON, answer each with one"},
       {"kubernetes", "1.NN", "the version whose libraries there are (default 1.36)"}},
      {"seawall policy eval 'object.spec.containers.size()<3' --data pod.yaml",
       "seawall policy eval --lines questions.jsonl"},
      0,
      1,
      run_eval};
}

}  // namespace seawall::cli
