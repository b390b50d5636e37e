#include "model/spdx_license.h"

#include <algorithm>

#include "base/strings.h"
#include "support/support.h"

namespace seawall {
namespace {

std::string canonical(std::string_view text) {
  const auto expression = parse_spdx_expression(text);
  return expression ? expression->text : "none";
}

TEST(SpdxLicense, IdentifiersOfAnyCaseGetTheListsSpelling) {
  EXPECT_EQ(spdx_license_id("mit"), "MIT");
  EXPECT_EQ(spdx_license_id("gpl-2.0-ONLY"), "GPL-2.0-only");
  EXPECT_EQ(spdx_license_id("0BSD"), "0BSD");
  EXPECT_EQ(spdx_license_id("ZPL-2.1"), "ZPL-2.1");
  EXPECT_EQ(spdx_license_id(""), "");
  EXPECT_EQ(spdx_license_id("MIT "), "");
  EXPECT_EQ(spdx_license_id("Classpath-exception-2.0"), "");
  EXPECT_EQ(spdx_exception_id("classpath-EXCEPTION-2.0"), "Classpath-exception-2.0");
}

TEST(SpdxLicense, ListsAreSortedAndEveryEntryIsFound) {
  for (std::string_view list : {spdx_license_ids(), spdx_exception_ids()}) {
    ASSERT_TRUE(list.ends_with(' '));
    std::string before;
    size_t count = 0;
    for (std::string_view word : split(list.substr(0, list.size() - 1), ' ')) {
      EXPECT_LT(before, to_lower(word));
      before = to_lower(word);
      EXPECT_TRUE(spdx_license_id(word) == word || spdx_exception_id(word) == word) << word;
      ++count;
    }
    EXPECT_GT(count, 80u);
  }
}

TEST(SpdxExpression, Valid) {
  EXPECT_EQ(canonical("MIT"), "MIT");
  EXPECT_EQ(canonical("  mit  "), "MIT");
  EXPECT_EQ(canonical("MIT AND  apache-2.0"), "MIT AND Apache-2.0");
  EXPECT_EQ(canonical("(MIT OR ISC) AND Zlib"), "(MIT OR ISC) AND Zlib");
  EXPECT_EQ(canonical("((MIT))"), "((MIT))");
  EXPECT_EQ(canonical("GPL-2.0-or-later WITH Bison-exception-2.2"),
            "GPL-2.0-or-later WITH Bison-exception-2.2");
  EXPECT_EQ(canonical("Apache-1.1+"), "Apache-1.1+");
  EXPECT_EQ(canonical("GPL-2.0+"), "GPL-2.0+");
  EXPECT_EQ(canonical("LicenseRef-my.own-1"), "LicenseRef-my.own-1");
}

TEST(SpdxExpression, Invalid) {
  for (const auto* text : {"",
                           " ",
                           "GPL",
                           "GPLv2+",
                           "MIT and ISC",
                           "MIT ISC",
                           "MIT AND",
                           "AND MIT",
                           "(MIT",
                           "MIT)",
                           "()",
                           "MIT WITH",
                           "MIT WITH MIT",
                           "(MIT) WITH Bison-exception-2.2",
                           "MIT/ISC",
                           "MIT, ISC",
                           "LicenseRef-",
                           "LicenseRef-a_b",
                           "DocumentRef-x:LicenseRef-y",
                           "+",
                           "NOASSERTION",
                           "MIT\xff"}) {
    EXPECT_EQ(canonical(text), "none") << text;
  }
}

TEST(SpdxExpression, SimpleIsOneListedIdentifier) {
  EXPECT_TRUE(parse_spdx_expression("mit")->simple);
  EXPECT_TRUE(parse_spdx_expression("GPL-2.0+")->simple);
  for (const auto* text : {"(MIT)", "MIT OR ISC", "Apache-1.1+", "LicenseRef-x",
                           "GPL-2.0-only WITH Linux-syscall-note"}) {
    EXPECT_FALSE(parse_spdx_expression(text)->simple) << text;
  }
}

TEST(SpdxExpression, CollectsReferences) {
  const auto expression = parse_spdx_expression("LicenseRef-b OR (LicenseRef-a AND LicenseRef-b)");
  ASSERT_TRUE(expression.has_value());
  EXPECT_EQ(expression->references, (std::vector<std::string>{"LicenseRef-a", "LicenseRef-b"}));
}

TEST(SpdxExpression, IsBounded) {
  EXPECT_EQ(canonical(std::string(64, '(') + "MIT" + std::string(64, ')')),
            std::string(64, '(') + "MIT" + std::string(64, ')'));
  EXPECT_EQ(canonical(std::string(65, '(') + "MIT" + std::string(65, ')')), "none");
  EXPECT_EQ(canonical(std::string(4000, '(')), "none");
  EXPECT_EQ(canonical(std::string(8193, ' ') + "MIT"), "none");
}

// What is accepted is accepted again in its own spelling.
TEST(SpdxExpression, CanonicalFormIsStable) {
  for (const auto* text : {"mit", "mit AND (isc OR gpl-2.0+)", "apache-1.1+ OR LicenseRef-q"}) {
    EXPECT_EQ(canonical(canonical(text)), canonical(text));
  }
}

}  // namespace
}  // namespace seawall
