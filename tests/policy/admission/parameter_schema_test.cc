#include "policy/admission/parameter_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "codec/yaml.h"
#include "policy/facts.h"

namespace seawall::policy {
namespace {

using testing::HasSubstr;

// What is wrong with the value, after defaults; empty: nothing.
std::string wrong(const std::string& schema, const std::string& value, bool preserve = false) {
  const auto schemas = parse_yaml(schema), values = parse_yaml(value);
  if (!schemas.ok() || !values.ok()) return "the test is no YAML";
  const ParameterSchema made(schemas->front().root(), preserve);
  Arena arena;
  const auto complete = made.with_defaults(values->front().root(), arena);
  if (!complete.ok()) return complete.error().text();
  const Status checked = made.check(*complete);
  return checked.ok() ? "" : checked.error().text();
}

TEST(ParameterSchema, EachKeywordFromBothSides) {
  struct Case {
    const char *schema, *good, *bad, *words;
  };
  const Case cases[] = {
      {"{type: object}", "{}", "[]", "is array, not object"},
      {"{type: array, items: {type: integer}}", "[1, 2.0]", "[1, a]",
       "[1]: is string, not integer"},
      {"{type: string}", "''", "1", "is number, not string"},
      {"{type: boolean}", "true", "'true'", "is string, not boolean"},
      {"{type: number}", "1.5", "a", "not number"},
      {"{type: integer}", "3", "3.5", "not integer"},
      {"{type: string, nullable: true}", "null", "1", "not string"},
      {"{x-kubernetes-int-or-string: true}", "'50%'", "1.5", "not an integer or text"},
      {"{type: string, enum: [a, b]}", "b", "c", "none of the values"},
      {"{type: integer, minimum: 2}", "2", "1", "less than 2"},
      {"{type: integer, minimum: 2, exclusiveMinimum: true}", "3", "2", "less than 2"},
      {"{type: number, maximum: 2}", "2", "2.1", "more than 2"},
      {"{type: number, maximum: 2, exclusiveMaximum: true}", "1.9", "2", "more than 2"},
      {"{type: integer, multipleOf: 5}", "10", "11", "no multiple of 5"},
      {"{type: string, minLength: 2}", "aé", "é", "too short"},
      {"{type: string, maxLength: 2}", "éé", "abc", "too long"},
      {"{type: string, pattern: '^a+$'}", "aa", "ab", "does not fit the pattern"},
      {"{type: array, maxItems: 1}", "[1]", "[1, 2]", "too long"},
      {"{type: array, minItems: 1}", "[1]", "[]", "too short"},
      {"{type: object, properties: {a: {type: string}}}", "{a: b}", "{b: c}",
       "parameters.b: is a field that the template does not know"},
      {"{type: object, properties: {a: {type: string}}, required: [a]}", "{a: b}", "{}", "lacks a"},
      {"{type: object, additionalProperties: {type: integer}}", "{a: 1}", "{a: b}", "parameters.a"},
      {"{type: object, additionalProperties: true, maxProperties: 1}", "{a: 1}", "{a: 1, b: 2}",
       "too long"},
      {"{allOf: [{minimum: 1}, {maximum: 3}]}", "2", "4", "more than 3"},
      {"{anyOf: [{type: string}, {type: integer}]}", "1", "true", "fits 0 schemas of anyOf"},
      {"{oneOf: [{minimum: 1}, {maximum: 3}]}", "5", "2", "fits 2 schemas of oneOf"},
      {"{not: {type: string}}", "1", "a", "excludes with \"not\""},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(wrong(one.schema, one.good), "") << one.schema << " " << one.good;
    EXPECT_THAT(wrong(one.schema, one.bad), HasSubstr(one.words)) << one.schema << " " << one.bad;
  }
}

TEST(ParameterSchema, UnknownFieldsAreKeptWhereTheSchemaSaysSo) {
  EXPECT_EQ(wrong("{type: object}", "{a: 1}", true), "");
  EXPECT_EQ(wrong("{type: object, x-kubernetes-preserve-unknown-fields: true}", "{a: {b: 1}}"), "");
  EXPECT_NE(wrong("{type: object, properties: {a: {type: object}}, "
                  "x-kubernetes-preserve-unknown-fields: true}",
                  "{a: {b: 1}}"),
            "");
  EXPECT_FALSE(ParameterSchema().check(parse_yaml("{a: 1}")->front().root()).ok())
      << "a template without a schema knows no parameters";
}

TEST(ParameterSchema, DefaultsAreThoseOfACustomResource) {
  const auto complete = [](const char* schema, const char* value) {
    const auto schemas = parse_yaml(schema), values = parse_yaml(value);
    Arena arena;
    const ParameterSchema made(schemas->front().root(), false);
    const auto node = made.with_defaults(values->front().root(), arena);
    EXPECT_TRUE(node.ok());
    return canonical_json(*node);
  };
  const char* const schema =
      "{type: object, properties: {a: {type: integer, default: 7}, b: {type: object, properties: "
      "{c: {type: string, default: x}}}, d: {type: array, items: {type: object, properties: {e: "
      "{type: boolean, default: true}}}}, f: {type: object, default: {}, properties: {g: {type: "
      "integer, default: 2}}}}}";
  EXPECT_EQ(complete(schema, "{}"), R"({"a":7,"f":{"g":2}})") << "nothing below what is not there";
  EXPECT_EQ(complete(schema, "{a: 1, b: {}, d: [{}, {e: false}], f: {g: 3}}"),
            R"({"a":1,"b":{"c":"x"},"d":[{"e":true},{"e":false}],"f":{"g":3}})");
  EXPECT_EQ(complete(schema, "{a: null}"), R"({"a":7,"f":{"g":2}})");
}

TEST(ParameterSchema, ASchemaThatAsksTooMuchIsALimit) {
  std::string choices, value = "[";
  for (int i = 0; i < 2000; ++i) choices += "{type: string},";
  for (int i = 0; i < 2000; ++i) value += "1,";
  EXPECT_THAT(wrong("{type: array, items: {anyOf: [" + choices + "{type: integer}]}}", value + "]"),
              HasSubstr("asks too much"));
}

}  // namespace
}  // namespace seawall::policy
