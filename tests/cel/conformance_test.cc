// Every case of cel-spec's conformance suite (tests/simple/testdata) against our environment.
//
// left_out.yaml names the cases that we leave out, with a reason each; it is checked both ways: a
// case that is listed must fail, one that is not must pass.
#include <fnmatch.h>

#include <cmath>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <iterator>
#include <optional>

#include "base/strings.h"
#include "cel/environment.h"
#include "cel/shared_archive.h"
#include "cel/textproto.h"
#include "codec/yaml.h"

namespace seawall::cel {
namespace {

using test::TextField;

constexpr std::string_view kGoogle = "type.googleapis.com/google.protobuf.";

int64_t to_integer(const std::string& text) {
  return std::strtoll(text.c_str(), nullptr, 0);
}
uint64_t to_unsigned(const std::string& text) {
  return std::strtoull(text.c_str(), nullptr, 0);
}
double to_number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

// cel.expr.Value messages as values. Nothing for messages that have no place in CEL without
// protocol buffers.
class ValueReader {
 public:
  ValueReader(Arena& arena, TypePool& pool) : arena_(arena), pool_(pool) {}

  std::optional<Value> read(const TextField& value) {
    if (value.fields.size() != 1) return std::nullopt;
    const TextField& field = value.fields[0];
    const std::string& text = field.scalar;
    if (field.name == "null_value") return Value::null();
    if (field.name == "bool_value") return Value::boolean(text == "true");
    if (field.name == "int64_value") return Value::integer(to_integer(text));
    if (field.name == "uint64_value") return Value::unsigned_integer(to_unsigned(text));
    if (field.name == "double_value") return Value::number(to_number(text));
    if (field.name == "string_value") return make_string(arena_, text);
    if (field.name == "bytes_value") return Value::bytes(arena_.copy(std::string_view(text)));
    if (field.name == "type_value") return Value::type(named(text));
    if (field.name == "list_value") return read_list(field);
    if (field.name == "map_value") return read_map(field);
    if (field.name == "object_value") return read_object(field);
    return std::nullopt;
  }

 private:
  const Type* named(std::string_view name) {
    using namespace types;
    for (const Type* known :
         {&boolean, &integer, &unsigned_integer, &number, &string, &bytes, &null, &types::type,
          &timestamp, &duration, &list_of_dyn, &map_of_dyn, &optional_of_dyn, &ip, &cidr}) {
      if (known->name == name) return known;
    }
    return pool_.with(Type{TypeKind::kStruct, arena_.copy(name), {}, 0}, {});
  }
  std::optional<Value> read_list(const TextField& field) {
    std::vector<Value> items;
    for (const TextField* item : field.all("values")) {
      const auto value = read(*item);
      if (!value) return std::nullopt;
      items.push_back(*value);
    }
    return make_list(arena_, items);
  }
  std::optional<Value> read_map(const TextField& field) {
    std::vector<MapEntry> entries;
    for (const TextField* entry : field.all("entries")) {
      const TextField *key = entry->find("key"), *value = entry->find("value");
      if (key == nullptr || value == nullptr) return std::nullopt;
      const auto read_key = read(*key), read_value = read(*value);
      if (!read_key || !read_value) return std::nullopt;
      entries.push_back({*read_key, *read_value});
    }
    return make_map(arena_, entries);
  }
  // google.protobuf.Any around a type that CEL knows.
  std::optional<Value> read_object(const TextField& any) {
    if (any.fields.size() != 1) return std::nullopt;
    const TextField& message = any.fields[0];
    if (!std::string_view(message.name).starts_with(kGoogle)) return std::nullopt;
    const std::string_view type = std::string_view(message.name).substr(kGoogle.size());
    const int64_t seconds = to_integer(message.text("seconds"));
    const int64_t nanos = to_integer(message.text("nanos"));
    if (type == "Timestamp") return Value::timestamp(seconds, static_cast<uint32_t>(nanos));
    if (type == "Duration") return Value::duration(seconds * 1'000'000'000 + nanos);
    return std::nullopt;
  }

  Arena& arena_;
  TypePool& pool_;
};

// cel.expr.Type messages as types, and as the text of signatures.
class TypeReader {
 public:
  TypeReader(Arena& arena, TypePool& pool) : arena_(arena), pool_(pool) {}

  // Null for types of messages.
  const Type* read(const TextField& type) {
    if (type.fields.empty()) return nullptr;
    const TextField& field = type.fields[0];
    using namespace types;
    if (field.name == "dyn") return &dyn;
    if (field.name == "null") return &null;
    if (field.name == "type") return pool_.type_of(&dyn);
    if (field.name == "primitive") return primitive(field.scalar);
    if (field.name == "well_known") return well_known(field.scalar);
    if (field.name == "message_type") return message(field.scalar);
    if (field.name == "list_type") return pool_.list(inner(field, "elem_type"));
    if (field.name == "map_type") {
      return pool_.map(inner(field, "key_type"), inner(field, "value_type"));
    }
    if (field.name == "abstract_type") return abstract(field);
    return nullptr;
  }
  std::string signature(const TextField& overload) {
    std::string text = "(";
    for (const TextField* parameter : overload.all("params")) {
      text += (text.size() > 1 ? ", " : "") + name_of(*parameter);
    }
    const TextField* result = overload.find("result_type");
    return text + ") -> " + (result == nullptr ? "dyn" : name_of(*result));
  }

 private:
  const Type* inner(const TextField& field, std::string_view name) {
    const TextField* found = field.find(name);
    const Type* type = found == nullptr ? &types::dyn : read(*found);
    return type == nullptr ? &types::error : type;
  }
  static const Type* primitive(std::string_view name) {
    using namespace types;
    if (name == "BOOL") return &boolean;
    if (name == "INT64") return &integer;
    if (name == "UINT64") return &unsigned_integer;
    if (name == "DOUBLE") return &number;
    if (name == "STRING") return &string;
    return name == "BYTES" ? &bytes : nullptr;
  }
  static const Type* well_known(std::string_view name) {
    if (name == "TIMESTAMP") return &types::timestamp;
    if (name == "DURATION") return &types::duration;
    return name == "ANY" ? &types::dyn : nullptr;
  }
  static const Type* message(std::string_view name) {
    if (name == types::timestamp.name) return &types::timestamp;
    return name == types::duration.name ? &types::duration : nullptr;
  }
  const Type* abstract(const TextField& field) {
    std::vector<const Type*> parameters;
    for (const TextField* parameter : field.all("parameter_types")) {
      const Type* type = read(*parameter);
      parameters.push_back(type == nullptr ? &types::error : type);
    }
    const std::string_view name = arena_.copy(std::string_view(field.text("name")));
    if (name == types::optional_of_dyn.name && parameters.size() == 1) {
      return pool_.optional(parameters[0]);
    }
    return pool_.with(Type{TypeKind::kOpaque, name, {}, 0}, parameters);
  }
  std::string name_of(const TextField& type) {
    if (const std::string letter = type.text("type_param"); !letter.empty()) return letter;
    const TextField* opaque = type.find("abstract_type");
    if (opaque == nullptr) {
      const Type* known = read(type);
      return known == nullptr ? "unknown" : known->text();
    }
    std::string text;
    for (const TextField* parameter : opaque->all("parameter_types")) {
      text += (text.empty() ? "" : ", ") + name_of(*parameter);
    }
    return opaque->text("name") + "(" + text + ")";
  }

  Arena& arena_;
  TypePool& pool_;
};

// What the suite demands: the same kind, numbers of the same type, maps in any order, NaN as NaN.
bool identical(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kDouble:
      return left.number() == right.number() ||
             (std::isnan(left.number()) && std::isnan(right.number()));
    case Kind::kList:
      if (left.size() != right.size()) return false;
      for (uint32_t i = 0; i < left.size(); ++i) {
        if (!identical(left.at(i), right.at(i))) return false;
      }
      return true;
    case Kind::kMap:
      if (left.size() != right.size()) return false;
      for (uint32_t i = 0; i < left.size(); ++i) {
        const auto [key, value] = left.entry(i);
        Value other;
        if (!right.find(key, other) || !identical(value, other)) return false;
      }
      return true;
    case Kind::kType:
      return left.type()->name == right.type()->name;
    default:
      return equal(left, right);
  }
}

std::string show(const Value& value) {
  const std::string kind(type_of(value)->text());
  return value.is_error() ? "error: " + std::string(value.error().message)
                          : kind + " " + to_text(value);
}

// One case: its environment, its run and the verdict. An empty string is a pass.
class Case {
 public:
  explicit Case(const TextField& test)
      : test_(test),
        environment_(Environment::conformance()),
        values_(arena_, environment_.pool()),
        types_(arena_, environment_.pool()) {}

  std::string run() {
    environment_.set_container(test_.text("container"));
    if (std::string problem = declare(); !problem.empty()) return problem;
    const std::string expression = test_.text("expr");
    auto program = test_.is_set("disable_check") ? environment_.compile_unchecked(expression)
                                                 : environment_.compile(expression);
    if (!program.ok()) return expects_issue(program.error().message());
    if (const std::string problem = expects_type(*program); !problem.empty()) return problem;
    if (test_.is_set("check_only")) return {};
    Evaluation evaluation;
    return expects_value(evaluation.run(*program, variables_));
  }

 private:
  std::string declare() {
    if (test_.is_set("disable_macros")) return "macros cannot be switched off";
    for (const char* name : {"unknown", "any_unknowns", "any_eval_errors"}) {
      if (test_.find(name) != nullptr) return std::string(name) + " is not judged";
    }
    for (const TextField* declaration : test_.all("type_env")) {
      const std::string name = declaration->text("name");
      if (const TextField* identifier = declaration->find("ident")) {
        const TextField* type = identifier->find("type");
        const Type* read = type == nullptr ? nullptr : types_.read(*type);
        if (read == nullptr) return "variable " + name + " has the type of a message";
        add_variable(name, read, make_error(arena_, "undeclared reference to '" + name + "'"));
      } else if (const TextField* function = declaration->find("function")) {
        add_function(name, *function);
      }
    }
    for (const TextField* binding : test_.all("bindings")) {
      const TextField* outer = binding->find("value");
      const TextField* inner = outer == nullptr ? nullptr : outer->find("value");
      const auto value = inner == nullptr ? std::nullopt : values_.read(*inner);
      if (!value) return "variable " + binding->text("key") + " is a message";
      add_variable(binding->text("key"), nullptr, *value);
    }
    return {};
  }
  void add_variable(const std::string& name, const Type* type, const Value& value) {
    const auto [known, added] = places_.try_emplace(name, 0);
    if (added) {
      known->second = environment_.add_variable(name, type == nullptr ? &types::dyn : type);
      variables_.resize(environment_.variables());
    }
    variables_[known->second] = value;
  }
  void add_function(const std::string& name, const TextField& function) {
    std::vector<Overload> overloads;
    for (const TextField* overload : function.all("overloads")) {
      overloads.push_back(
          {arena_.copy(std::string_view(overload->text("overload_id"))),
           arena_.copy(std::string_view(name)),
           overload->is_set("is_instance_function") ? Style::kMember : Style::kGlobal,
           arena_.copy(std::string_view(types_.signature(*overload))),
           [](Call& call, Arguments) { return call.error("unbound function"); }});
    }
    functions_.push_back(std::move(overloads));
    environment_.add_library({"declared by the test", functions_.back()});
  }

  // A case may expect an error that we find while compiling, when the words are the same.
  std::string expects_issue(const std::string& message) const {
    const TextField* error = test_.find("eval_error");
    const TextField* first = error == nullptr ? nullptr : error->find("errors");
    const std::string wanted = first == nullptr ? "" : first->text("message");
    if (!wanted.empty() && message.find(wanted) != message.npos) return {};
    return "does not compile: " + message;
  }
  std::string expects_type(const Program& program) {
    const TextField* typed = test_.find("typed_result");
    const TextField* deduced = typed == nullptr ? nullptr : typed->find("deduced_type");
    if (deduced == nullptr) return {};
    const Type* wanted = types_.read(*deduced);
    if (wanted == nullptr) return "the type of a message is expected";
    if (wanted->text() == program.result_type()->text()) return {};
    return "type " + program.result_type()->text() + ", expected " + wanted->text();
  }
  std::string expects_value(const Value& value) {
    if (test_.find("eval_error") != nullptr) {
      return value.is_error() ? "" : "error expected, got " + show(value);
    }
    const TextField* wanted = test_.find("value");
    if (const TextField* typed = test_.find("typed_result")) wanted = typed->find("result");
    auto expected = wanted == nullptr ? Value::boolean(true) : values_.read(*wanted);
    if (!expected) return "a message is expected, got " + show(value);
    if (identical(*expected, value)) return {};
    return show(value) + ", expected " + show(*expected);
  }

  const TextField& test_;
  Arena arena_;
  Environment environment_;
  ValueReader values_;
  TypeReader types_;
  std::map<std::string, size_t> places_;
  std::vector<Value> variables_;
  std::deque<std::vector<Overload>> functions_;
};

struct LeftOut {
  std::string cases, reason;
  size_t used = 0;
};
std::vector<LeftOut> left_out() {
  std::vector<LeftOut> list;
  const auto documents =
      parse_yaml(test::read(test::source_directory() + "/tests/cel/left_out.yaml"));
  if (!documents.ok() || documents->empty()) return list;
  for (const Node& group : documents->front().root()["left_out"].items()) {
    for (const Node& name : group["cases"].items()) {
      list.push_back({std::string(name.string()), std::string(group["reason"].string())});
    }
  }
  return list;
}

TEST(CelConformance, AgreesWithTheSuite) {
  const auto files = test::shared_archive("cel/cel-spec.tar.zst");
  if (files.empty()) GTEST_SKIP() << "no conformance suite in the shared data";
  std::vector<LeftOut> exceptions = left_out();
  size_t run = 0, passed = 0, left = 0;
  std::string wrong;
  for (const auto& [path, content] : files) {
    if (!path.ends_with(".textproto")) continue;
    const auto file = test::read_textproto(content);
    ASSERT_OK(file);
    for (const TextField* section : file->all("section")) {
      for (const TextField* test : section->all("test")) {
        const std::string name =
            file->text("name") + "/" + section->text("name") + "/" + test->text("name");
        const std::string problem = Case(*test).run();
        LeftOut* exception = nullptr;
        for (LeftOut& candidate : exceptions) {
          if (fnmatch(candidate.cases.c_str(), name.c_str(), 0) == 0) exception = &candidate;
          if (exception != nullptr) break;
        }
        ++run;
        passed += problem.empty() ? 1 : 0;
        if (exception != nullptr) {
          ++left;
          ++exception->used;
          if (problem.empty()) wrong += name + ": passes, but is left out\n";
        } else if (!problem.empty()) {
          wrong += name + ": " + test->text("expr") + "\n    " + problem + "\n";
        }
      }
    }
  }
  std::cout << "cel-spec: " << run << " cases, " << passed << " passed, " << left << " left out\n";
  for (const LeftOut& exception : exceptions) {
    if (exception.used == 0) wrong += exception.cases + ": left out, but there is no such case\n";
    EXPECT_FALSE(exception.reason.empty()) << exception.cases;
  }
  EXPECT_GT(run, 2400u);
  EXPECT_TRUE(wrong.empty()) << wrong;
}

}  // namespace
}  // namespace seawall::cel
