// Regular expressions over characters, kept between uses.
#include "cel/regex_cache.h"

#include <atomic>
#include <thread>
#include <vector>

#include "support/support.h"

namespace seawall::cel {
namespace {

std::string problem_of(std::string_view pattern) {
  std::string problem;
  return cached_regex(pattern, &problem) == nullptr ? problem : "none";
}

TEST(RegexCache, CharactersNotBytes) {
  const auto regex = cached_regex("^.[ä-ü].$", nullptr);
  ASSERT_NE(regex, nullptr);
  EXPECT_TRUE(regex->matches("xöé"));
  EXPECT_FALSE(regex->matches("xo"));
  std::string_view match;
  const std::string_view text = "äbä";
  ASSERT_TRUE(cached_regex("ä", nullptr)->find(text, 1, match));
  EXPECT_EQ(match.data(), text.data() + 3);
  EXPECT_FALSE(cached_regex("^b", nullptr)->find(text, 2, match)) << "'^' is the text's begin";
}

TEST(RegexCache, ProblemsInGosWords) {
  EXPECT_EQ(problem_of("a(b"), "error parsing regexp: missing closing ): `a(b`");
  EXPECT_EQ(problem_of("a)"), "error parsing regexp: unexpected ): `a)`");
  EXPECT_EQ(problem_of("[a"), "error parsing regexp: missing closing ]: `[a`");
  EXPECT_EQ(problem_of("[z-a]"), "error parsing regexp: invalid character class range: `z-a`");
  EXPECT_EQ(problem_of("a**"), "error parsing regexp: invalid nested repetition operator: `**`");
  EXPECT_EQ(problem_of("*"), "error parsing regexp: missing argument to repetition operator: `*`");
  EXPECT_EQ(problem_of("a{1001}"), "error parsing regexp: invalid repeat count: `{1001}`");
  EXPECT_EQ(problem_of("\\"), "error parsing regexp: trailing backslash at end of expression: ``");
  EXPECT_EQ(problem_of(R"(\8)"), R"(error parsing regexp: invalid escape sequence: `\8`)");
  EXPECT_EQ(problem_of(R"(\C)"), R"(error parsing regexp: invalid escape sequence: `\C`)");
  EXPECT_EQ(problem_of("(?=a)"), "error parsing regexp: invalid or unsupported Perl syntax: `(?=`");
  EXPECT_EQ(problem_of("(?<n>a"), "error parsing regexp: missing closing ): `(?<n>a`");
  EXPECT_EQ(problem_of(R"(\Q\C\E)"), "none");
  EXPECT_EQ(problem_of(R"(\(?<n>)"), "none");
  EXPECT_EQ(problem_of("(?<n>a)"), "none");
}

TEST(RegexCache, OneIsCompiledOnce) {
  EXPECT_EQ(cached_regex("one", nullptr).get(), cached_regex("one", nullptr).get());
  EXPECT_NE(cached_regex("one", nullptr).get(), cached_regex("two", nullptr).get());
  EXPECT_EQ(cached_regex(std::string(100'000, '('), nullptr), nullptr);
}

// One that was dropped works for whom still holds it.
TEST(RegexCache, ManyPatternsOfManyThreads) {
  const auto held = cached_regex("held", nullptr);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 400; ++i) {
        const std::string text = "p" + std::to_string((i * 7 + t) % 300);
        const auto regex = cached_regex("^" + text + "$", nullptr);
        if (regex == nullptr || !regex->matches(text) || regex->matches(text + "x")) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(held->matches("it is held"));
}

}  // namespace
}  // namespace seawall::cel
