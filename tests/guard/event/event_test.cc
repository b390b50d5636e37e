#include "guard/event/event.h"

#include <fcntl.h>

#include "support/support.h"

namespace seawall::guard {
namespace {

Event open_of(int64_t flags, int64_t result) {
  Event event;
  event.type = EventType::kOpen;
  event.result = result;
  event.arguments = {{"flags", "", flags}};
  return event;
}

TEST(Event, KnowsWhatAnOpenDoes) {
  EXPECT_TRUE(open_of(O_RDONLY, 3).reads());
  EXPECT_FALSE(open_of(O_RDONLY, 3).writes());
  EXPECT_TRUE(open_of(O_WRONLY | O_CREAT, 3).writes());
  EXPECT_FALSE(open_of(O_WRONLY, 3).reads());
  EXPECT_TRUE(open_of(O_RDWR, 3).reads());
  EXPECT_TRUE(open_of(O_RDWR, 3).writes());
}

TEST(Event, AFailedOpenDoesNothing) {
  EXPECT_TRUE(open_of(O_RDWR, -2).failed());
  EXPECT_FALSE(open_of(O_RDWR, -2).reads());
  EXPECT_FALSE(open_of(O_RDWR, -2).writes());
}

TEST(Event, FindsArgumentsByName) {
  Event event = open_of(5, 3);
  event.arguments.push_back({"mode", "0644", 0644});
  ASSERT_NE(event.argument("mode"), nullptr);
  EXPECT_EQ(event.argument("mode")->number, 0644);
  EXPECT_EQ(event.argument("Mode"), nullptr);
  event.type = EventType::kConnect;
  EXPECT_FALSE(event.reads());
}

TEST(Process, JoinsItsCommandLine) {
  Process process;
  EXPECT_EQ(process.command_line(), "");
  process.arguments = {"nginx", "-g", "daemon off;"};
  EXPECT_EQ(process.command_line(), "nginx -g daemon off;");
}

}  // namespace
}  // namespace seawall::guard
