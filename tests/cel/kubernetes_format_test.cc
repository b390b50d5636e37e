// Named formats and what is wrong with a text that is none.
#include "base/strings.h"
#include "cel/kubernetes_cases.h"
#include "cel/library/name_format.h"

namespace seawall::cel {
namespace {

using test::Case;
using test::expect_all;

constexpr Case kFormats[] = {
    {"format.dns1123Label().validate('my-name')", "<nil>", 9},
    {"format.dns1123Label().validate('my.name')", "[must not contain dots]", 9},
    {"format.dns1123Label().validate('My-name')",
     "[a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
     "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
     "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
     9},
    {"format.dns1123Label().validate('')",
     "[a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
     "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
     "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
     9},
    {"format.dns1123Subdomain().validate('a.b-c.d')", "<nil>", 16},
    {"format.dns1123Subdomain().validate('a..b')",
     "[a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
     "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
     "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')]",
     16},
    {"format.dns1035Label().validate('a1')", "<nil>", 9},
    {"format.dns1035Label().validate('1a')",
     "[a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
     "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
     "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')]",
     9},
    {"format.qualifiedName().validate('example.com/My_Name.x')", "<nil>", 46},
    {"format.qualifiedName().validate('/name')", "[prefix part must be non-empty]", 16},
    {"format.qualifiedName().validate('Example.com/')",
     "[prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
     "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
     "'example.com', regex used for validation is "
     "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*') name part must be "
     "non-empty name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
     "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "
     "used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')]",
     31},
    {"format.qualifiedName().validate('a/b/c')",
     "[a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start "
     "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "
     "used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS "
     "subdomain prefix and '/' (e.g. 'example.com/MyName')]",
     16},
    {"format.dns1123LabelPrefix().validate('abc-')", "<nil>", 9},
    {"format.dns1123LabelPrefix().validate('a-')", "<nil>", 9},
    {"format.dns1123LabelPrefix().validate('-')",
     "[a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
     "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
     "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
     9},
    {"format.dns1123LabelPrefix().validate('A-')", "<nil>", 9},
    {"format.dns1123SubdomainPrefix().validate('a.b.-')", "<nil>", 16},
    {"format.dns1035LabelPrefix().validate('a1-')", "<nil>", 9},
    {"format.labelValue().validate('')", "<nil>", 11},
    {"format.labelValue().validate('a_b.C-1')", "<nil>", 11},
    {"format.labelValue().validate('-a')",
     "[a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
     "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
     "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')]",
     11},
    {"format.uri().validate('https://example.com/x')", "<nil>", 829},
    {"format.uri().validate('example.com')", R"([parse "example.com": invalid URI for request])",
     553},
    {"format.uuid().validate('123e4567-E89B-12d3-a456-426614174000')", "<nil>", 73},
    {"format.uuid().validate('123e4567e89b12d3a456426614174000')", "<nil>", 73},
    {"format.uuid().validate('123e4567-e89b-12d3-a456-42661417400')",
     "[does not match the UUID format]", 73},
    {"format.byte().validate('YQ==')", "<nil>", 22},
    {"format.byte().validate('YWI=')", "<nil>", 22},
    {"format.byte().validate('YQ=')", "[invalid base64]", 22},
    {"format.byte().validate('Y-==')", "[invalid base64]", 22},
    {"format.byte().validate('')", "[invalid base64]", 22},
    {"format.date().validate('2024-02-29')", "<nil>", 37},
    {"format.date().validate('2023-02-29')", "[invalid date]", 37},
    {"format.date().validate('1900-02-29')", "[invalid date]", 37},
    {"format.date().validate('2023-2-01')", "[invalid date]", 19},
    {"format.datetime().validate('2026-11-27t10:20:30.5+01:00')", "<nil>", 55},
    {"format.datetime().validate('2026-11-27T10:20:30Z')", "<nil>", 55},
    {"format.datetime().validate('2026-11-27T24:00:00Z')", "[invalid datetime]", 55},
    {"format.datetime().validate('2026-11-27T10:20:30')", "[invalid datetime]", 37},
    {"format.datetime().validate('2026-11-27T10:20:30.Z')", "[invalid datetime]", 55},
    {"format.datetime().validate('2026-11-27')", "[invalid datetime]", 37},
    {"format.named('uuid').value().validate('x')", "[does not match the UUID format]", 20},
    {"format.named('UUID').hasValue()", "false", 2},
    {"format.named('email')", "<nil>", 1},
    {"format.uri() == format.named('uri').value()", "true", 4},
    {"format.uri() == format.uuid()", "false", 3},
    {"format.uri().validate(1)", "does not compile", 0},
    {"type(format.uri())", "kubernetes.NamedFormat", 2},
};

TEST(KubernetesFormat, Formats) {
  expect_all(kFormats);
}

TEST(KubernetesFormat, LongTexts) {
  const auto problems = [](std::string_view format, size_t size) {
    return join(find_name_format(format)->problems(std::string(size, 'a')), "; ");
  };
  EXPECT_EQ(problems("dns1123Label", 63), "");
  EXPECT_EQ(problems("dns1123Label", 64), "must be no more than 63 characters");
  EXPECT_EQ(problems("dns1123Subdomain", 253), "");
  EXPECT_EQ(problems("dns1123Subdomain", 254), "must be no more than 253 characters");
  EXPECT_EQ(problems("labelValue", 64), "must be no more than 63 bytes");
  EXPECT_EQ(problems("qualifiedName", 64), "name part must be no more than 63 bytes");
}

// A function that the table has and the library has not would never be called.
TEST(KubernetesFormat, EveryFormatHasItsFunction) {
  const Environment environment = Environment::kubernetes(36);
  for (const NameFormat& format : name_formats()) {
    const std::string name(format.function);
    const auto program =
        environment.compile("format." + name + "() == format.named('" + name + "').value()");
    ASSERT_OK(program);
    Evaluation evaluation;
    EXPECT_TRUE(evaluation.run(*program, {}).is_true()) << name;
  }
  EXPECT_FALSE(Environment::kubernetes(30).compile("format.uri()").ok());
}

}  // namespace
}  // namespace seawall::cel
