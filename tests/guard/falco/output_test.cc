#include "guard/falco/output.h"

#include "base/strings.h"
#include "guard/event/event_json.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

using ::testing::HasSubstr;

struct Rendered {
  std::string text;
  std::vector<std::pair<std::string, std::string>> fields;
};

constexpr std::string_view kEvent =
    R"({"call":"execve","number":4,"processes":[{"pid":7,"name":"sh","arguments":["sh","-c","id"]},)"
    R"({"pid":6,"name":"node"}]})";

Rendered rendered(std::string_view format, std::string_view json = kEvent, size_t limit = 1000) {
  Program program;
  size_t at = 0;
  const Result<Output> output = Output::compile(format, program, at);
  if (!output.ok()) {
    return {"error at " + std::to_string(at) + ": " + output.error().message(), {}};
  }
  const auto event = read_event(json);
  EXPECT_TRUE(event.ok());
  falco::Run run;
  program.start(run, *event);
  return {output->render(program, run, limit), output->fields(program, run)};
}

TEST(Output, PutsFieldsIntoTheText) {
  EXPECT_EQ(rendered("").text, "");
  EXPECT_EQ(rendered("plain").text, "plain");
  EXPECT_EQ(rendered("%proc.name").text, "sh");
  EXPECT_EQ(rendered("a %proc.name, b %proc.pname.").text, "a sh, b node.");
  EXPECT_EQ(rendered("%proc.name%proc.pname").text, "shnode");
  EXPECT_EQ(rendered("(%proc.aname[1])").text, "(node)");
  EXPECT_EQ(rendered("%proc.aname[5]|%fd.name").text, "<NA>|<NA>");
  EXPECT_EQ(rendered("%toupper(proc.name)!").text, "SH!");
  EXPECT_EQ(rendered("100%% of %evt.type").text, "100% of execve");
  EXPECT_EQ(rendered("pid=%proc.pid tty=%proc.tty").text, "pid=7 tty=0");
}

TEST(Output, ErrorsSayWhere) {
  EXPECT_EQ(rendered("ab %").text, "error at 3: no field follows \"%\"");
  EXPECT_EQ(rendered("ab % proc.name").text, "error at 3: no field follows \"%\"");
  EXPECT_EQ(rendered("%name").text, "error at 0: no field follows \"%\"");
  EXPECT_EQ(rendered("x %proc.nam").text, "error at 2: no field is named proc.nam");
  EXPECT_THAT(rendered("%proc.name[2]").text, HasSubstr("takes no argument"));
  EXPECT_THAT(rendered("%tolower(proc.pid)").text, HasSubstr("not a text"));
}

TEST(Output, NamesEachFieldOnce) {
  const Rendered made = rendered("%proc.name %proc.pid %proc.name %proc.aname[1] %fd.name");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"proc.name", "sh"}, {"proc.pid", "7"}, {"proc.aname[1]", "node"}, {"fd.name", "<NA>"}};
  EXPECT_EQ(made.fields, expected);
}

TEST(Output, IsSafeToPrint) {
  const Rendered made =
      rendered("\x1b[1m %proc.args", R"({"call":"execve","processes":[{"arguments":
      ["x","\u001b]0;title\u0007","\u202e","\u200b","é","\u0000"]}]})");
  EXPECT_EQ(printable(made.text), made.text);
  EXPECT_EQ(made.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(made.text.find('\0'), std::string::npos);
  EXPECT_THAT(made.text, HasSubstr("\\x1b]0;title\\x07"));
  EXPECT_THAT(made.text, HasSubstr("é"));
  EXPECT_EQ(printable(made.fields[0].second), made.fields[0].second);
}

TEST(Output, IsCutBetweenCharacters) {
  const std::string json = R"({"call":"execve","processes":[{"name":"ééééé"}]})";
  for (size_t limit = 0; limit < 12; ++limit) {
    const std::string text = rendered("%proc.name", json, limit).text;
    EXPECT_TRUE(is_valid_utf8(text)) << limit;
    EXPECT_LE(text.size(), limit + 3);
    EXPECT_EQ(text.ends_with("..."), limit < 10) << limit;
  }
}

TEST(Output, LongFieldsAreCut) {
  std::string json = R"({"call":"execve","processes":[{"arguments":["x")";
  for (int at = 0; at < 10; ++at) json += ",\"" + std::string(1000, 'a') + '"';
  const Rendered made = rendered("<%proc.args>", json + "]}]}", 100'000);
  EXPECT_EQ(made.text.size(), Output::kMaxField + 5);
  EXPECT_TRUE(made.text.ends_with("...>"));
}

TEST(Output, KnowsWhatNeverHasAValue) {
  Program program;
  size_t at = 0;
  const auto output = Output::compile("%proc.name %proc.nthreads %len(proc.aenv)", program, at);
  ASSERT_OK(output);
  const std::vector<std::string> expected = {"proc.nthreads", "len(proc.aenv)"};
  EXPECT_EQ(output->empty_fields(program), expected);
}

}  // namespace
}  // namespace seawall::guard::falco
