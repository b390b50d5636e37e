#include "inspect/secrets/secret_scanner.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/secrets/secret_mask.h"
#include "inspect/secrets/text_window.h"

namespace seawall::inspect {
namespace {

constexpr size_t kEvidence = 120;        // characters
constexpr size_t kLineAround = 1024;     // bytes of the line looked at on each side
constexpr size_t kSearch = 8u << 10;     // bytes that one search for a pattern goes over
constexpr size_t kMostMatches = 20'000;  // a rule's matches in one window
constexpr std::string_view kAllowMarks[] = {"seawall:allow", "gitleaks:allow"};

struct Region {
  size_t begin, end;
};

// A secret caught in a window.
struct Catch {
  uint64_t begin, end;  // in the whole text
  const SecretRule* rule;
  unsigned specificity;
  std::string secret, detail;
};

// What a finding's evidence is made of.
struct Draft {
  std::string before, middle, after, detail;
};

unsigned specificity(const SecretRule& rule, std::string_view secret, std::string_view match) {
  if (rule.generic) return 0;
  const std::string lower_secret = to_lower(secret.substr(0, 4096));
  const std::string lower_match = to_lower(match.substr(0, 4096));
  unsigned part_of_secret = 0, longest = 0;
  for (const std::string& keyword : rule.keywords) {
    const std::string lower = to_lower(keyword);
    if (lower_secret.find(lower) != lower.npos) part_of_secret = 1000;
    if (lower_match.find(lower) != lower.npos)
      longest = std::max(longest, static_cast<unsigned>(lower.size()));
  }
  return part_of_secret + (rule.check ? 500 : 0) + longest;
}

// The first characters (code points) of valid UTF-8, at most `count`; or the last ones.
std::string_view first_characters(std::string_view text, size_t count) {
  size_t at = 0;
  for (; at < text.size() && count > 0; --count) {
    ++at;
    while (at < text.size() && (text[at] & 0xc0) == 0x80) ++at;
  }
  return text.substr(0, at);
}
std::string_view last_characters(std::string_view text, size_t count) {
  size_t at = text.size();
  for (; at > 0 && count > 0; --count) {
    --at;
    while (at > 0 && (text[at] & 0xc0) == 0x80) --at;
  }
  return text.substr(at);
}
size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// before + middle + after in kEvidence characters, the middle kept.
std::string fit_line(std::string_view before, std::string_view middle, std::string_view after) {
  middle = first_characters(middle, kEvidence);
  const size_t rest = kEvidence - characters(middle);
  const size_t have_before = characters(before), have_after = characters(after);
  if (have_before + have_after <= rest) return fmt::format("{}{}{}", before, middle, after);
  size_t left = std::min(have_before, rest / 2);
  const size_t right = std::min(have_after, rest - left);
  left = std::min(have_before, rest - right);
  return fmt::format("{}{}{}", last_characters(before, left), middle,
                     first_characters(after, right));
}

// One file's scan.
class FileScan {
 public:
  FileScan(const SecretScanner& scanner, std::string_view path) : scanner_(scanner), path_(path) {
    regions_.resize(scanner.rules().all().size());
  }

  SecretScan run(const RandomAccess& data) {
    TextWindow window(data);
    while (true) {
      const auto more = window.next();
      if (!more.ok()) {
        problem(more.error());
        break;
      }
      if (!more.value()) break;
      scan_window(window);
      if (full_) break;
    }
    finish_evidence();
    return std::move(scan_);
  }

 private:
  void problem(Error error) { scan_.problems.push_back(std::move(error)); }

  void scan_window(const TextWindow& window) {
    scanner_.literals().find(window.text(), hits_);
    std::erase_if(catches_, [&](const Catch& c) { return c.end <= window.offset(); });
    if (hits_.empty()) return;
    collect_regions(window.text());
    const auto earlier = static_cast<ptrdiff_t>(catches_.size());
    for (const uint32_t rule : touched_) {
      search(*scanner_.rules().all()[rule], regions_[rule], window);
      regions_[rule].clear();
    }
    touched_.clear();
    // The window before told what begins before this one; here that only hides.
    std::sort(catches_.begin() + earlier, catches_.end(), [](const Catch& a, const Catch& b) {
      return std::tuple(a.begin, b.specificity, b.end, a.rule->rule.id) <
             std::tuple(b.begin, a.specificity, a.end, b.rule->rule.id);
    });
    tell(window, static_cast<size_t>(earlier));
  }

  // Where each rule's pattern is to be tried: around its keywords, merged.
  void collect_regions(std::string_view text) {
    for (const LiteralSet::Hit& hit : hits_) {
      for (const uint32_t index : scanner_.rules().rules_of(hit.literal)) {
        const SecretRule& rule = *scanner_.rules().all()[index];
        std::vector<Region>& regions = regions_[index];
        const size_t back = rule.reach / 4;
        const size_t begin = hit.offset > back ? hit.offset - back : 0;
        const size_t end = std::min<size_t>(text.size(), size_t{hit.offset} + rule.reach);
        if (regions.empty()) touched_.push_back(index);
        if (!regions.empty() && begin <= regions.back().end) {
          regions.back().end = std::max(regions.back().end, end);
        } else {
          regions.push_back({begin, end});
        }
      }
    }
  }

  void search(const SecretRule& rule, const std::vector<Region>& regions,
              const TextWindow& window) {
    if (!rule.paths.empty() && !rule.paths.matches(path_)) return;
    const Regex* regex = rule.regex();
    if (!regex) {
      if (broken_.insert(&rule).second) problem(rule.status().error());
      return;
    }
    size_t matches = 0;
    for (const Region& region : regions) {
      if (!search_region(rule, *regex, region, window, matches)) {
        problem(limit_reached(fmt::format("{} matches too often near line {}; a part was left out",
                                          rule.rule.id, window.line())));
        return;
      }
    }
  }

  // Piece by piece, so that the cost of one search is bounded. False when there are too many.
  bool search_region(const SecretRule& rule, const Regex& regex, const Region& region,
                     const TextWindow& window, size_t& matches) {
    const std::string_view text = window.text();
    const size_t piece = std::max<size_t>(kSearch, size_t{rule.reach} * 2);
    std::string_view groups[2];
    for (size_t at = region.begin; at < region.end;) {
      const size_t end = std::min(region.end, at + piece);
      if (!regex.find(text, at, end, groups)) {
        if (end == region.end) break;
        at = end - rule.reach;
        continue;
      }
      const auto begin = static_cast<size_t>(groups[0].data() - text.data());
      // A match that the piece cuts is looked for again from its beginning.
      if (begin + groups[0].size() == end && end < region.end && begin > at) {
        at = begin;
        continue;
      }
      if (++matches > kMostMatches) return false;
      const std::string_view secret =
          groups[1].data() && !groups[1].empty() ? groups[1] : groups[0];
      consider(rule, secret, groups[0], window);
      at = std::max(static_cast<size_t>(secret.data() - text.data()) + secret.size(), begin + 1);
    }
    return true;
  }

  void consider(const SecretRule& rule, std::string_view secret, std::string_view match,
                const TextWindow& window) {
    if (secret.empty() || (rule.entropy > 0 && entropy(secret) < rule.entropy)) return;
    if (is_placeholder(secret) || rule.allows(secret)) return;
    CheckResult result = {true, {}, {}};
    if (rule.check) result = rule.check({secret, window.text()});
    if (!result.holds) return;
    const uint64_t begin =
        window.offset() + static_cast<uint64_t>(secret.data() - window.text().data());
    catches_.push_back({begin, begin + secret.size(), &rule, specificity(rule, secret, match),
                        result.secret.empty() ? std::string(secret) : std::move(result.secret),
                        std::move(result.detail)});
  }

  // The catches from `first` on are in order. Of those that overlap the most specific one speaks.
  void tell(const TextWindow& window, size_t first) {
    size_t newline_from = 0;
    uint64_t line = window.line();
    for (size_t i = first; i < catches_.size() && !full_;) {
      size_t best = i, next = i + 1;
      uint64_t end = catches_[i].end;
      for (; next < catches_.size() && catches_[next].begin < end; ++next) {
        if (catches_[next].specificity > catches_[best].specificity) best = next;
        end = std::max(end, catches_[next].end);
      }
      // Of a long run only what really overlaps the best one is silenced.
      for (size_t k = i; k < next; ++k) {
        const Catch& one = catches_[k];
        const Catch& winner = catches_[best];
        if (k != best && one.begin < winner.end && winner.begin < one.end) continue;
        if (k != best && one.begin < told_end_) continue;
        if (one.begin < window.begin() || one.begin >= window.end()) continue;
        const auto place = static_cast<size_t>(one.begin - window.offset());
        if (place > newline_from) {
          line += static_cast<uint64_t>(
              std::count(window.text().begin() + static_cast<ptrdiff_t>(newline_from),
                         window.text().begin() + static_cast<ptrdiff_t>(place), '\n'));
          newline_from = place;
        }
        told_end_ = std::max(told_end_, one.end);
        add_finding(one, window, line);
        if (full_) break;
      }
      i = next;
    }
  }

  void add_finding(const Catch& one, const TextWindow& window, uint64_t line) {
    if (!seen_.insert({one.secret, one.rule}).second) return;
    if (scan_.findings.size() == SecretScanner::kMostFindings) {
      full_ = true;
      problem(limit_reached(fmt::format("more than {} secrets; those after line {} are left out",
                                        SecretScanner::kMostFindings, line)));
      return;
    }
    const rules::Rule& rule = one.rule->rule;
    Finding finding;
    finding.kind = FindingKind::kSecret;
    finding.rule_id = rule.id;
    finding.severity = rule.severity;
    finding.title = rule.title.en;
    finding.aliases = rule.aliases;
    finding.remediation = rule.fix.en;
    finding.references = rule.references;
    finding.controls = rule.frameworks;
    finding.secret_hash = secret_hash(one.secret, scanner_.hash_key());
    finding.location.line = static_cast<uint32_t>(std::min<uint64_t>(line, UINT32_MAX));
    drafts_.push_back(draft(one, window));
    suppress_inline(one, window, finding);
    scan_.findings.push_back(std::move(finding));
  }

  // The part of the text's line around `place` that is looked at.
  static Region line_around(std::string_view text, size_t place, size_t around) {
    const size_t from = place > around ? place - around : 0;
    const size_t newline = place == 0 ? text.npos : text.rfind('\n', place - 1);
    const size_t begin = newline == text.npos || newline < from ? from : newline + 1;
    size_t end = text.substr(place, around).find('\n');
    end = end == text.npos ? std::min(text.size(), place + around) : place + end;
    return {begin, end};
  }

  // [from, to) of the window, every secret in it masked.
  std::string masked(const TextWindow& window, size_t from, size_t to) const {
    std::vector<const Catch*> inside;
    for (const Catch& one : catches_) {
      if (one.end > window.offset() + from && one.begin < window.offset() + to)
        inside.push_back(&one);
    }
    std::sort(inside.begin(), inside.end(),
              [](const Catch* a, const Catch* b) { return a->begin < b->begin; });
    std::string out;
    uint64_t at = window.offset() + from;
    const uint64_t end = window.offset() + to;
    for (const Catch* one : inside) {
      if (one->begin > at) {
        out += window.text().substr(static_cast<size_t>(at - window.offset()),
                                    static_cast<size_t>(one->begin - at));
      }
      if (one->end > at) {
        const bool whole = one->begin >= at && one->end <= end;
        out += whole ? mask_secret(one->secret) : mask_secret({});
      }
      at = std::max(at, std::min(one->end, end));
    }
    if (at < end) {
      out += window.text().substr(static_cast<size_t>(at - window.offset()),
                                  static_cast<size_t>(end - at));
    }
    return out;
  }

  // The line as it will be shown, not yet cut: what else is a secret is known at the end.
  Draft draft(const Catch& one, const TextWindow& window) const {
    const std::string_view text = window.text();
    const auto begin = static_cast<size_t>(one.begin - window.offset());
    const auto end = static_cast<size_t>(one.end - window.offset());
    const std::string_view caught = text.substr(begin, end - begin);
    // Of a structure the caught text only marks the place; values stand around it.
    if (caught != one.secret) return {{}, std::string(caught), {}, one.detail};
    const Region line = line_around(text, begin, kLineAround);
    const bool many_lines = caught.find('\n') != caught.npos;
    const size_t line_end = many_lines ? end : line_around(text, end, kLineAround).end;
    return {masked(window, line.begin, begin), mask_secret(one.secret),
            masked(window, end, std::max(line_end, end)), one.detail};
  }

  void suppress_inline(const Catch& one, const TextWindow& window, Finding& finding) const {
    const auto begin = static_cast<size_t>(one.begin - window.offset());
    const Region around = line_around(window.text(), begin, TextWindow::kContext);
    std::string_view line = window.text().substr(around.begin, around.end - around.begin);
    for (const std::string_view mark : kAllowMarks) {
      const size_t at = line.find(mark);
      if (at == line.npos) continue;
      std::string_view ids = line.substr(at + mark.size());
      bool named = false, meant = false;
      while (!ids.empty()) {
        const size_t start = ids.find_first_not_of(" ,\t=:");
        if (start == ids.npos) break;
        const std::string_view word = ids.substr(start, ids.find_first_of(" ,\t\r", start) - start);
        if (!word.starts_with("SW-")) break;
        named = true;
        meant |= word == finding.rule_id;
        ids.remove_prefix(start + word.size());
      }
      if (named && !meant) continue;
      finding.suppression.by = "inline";
      finding.suppression.source = path_;
      finding.suppression.reason = fmt::format("{} in the line", mark);
      return;
    }
  }

  // What is a secret in one place is hidden in the evidence of every other; then lines are cut.
  void finish_evidence() {
    std::vector<std::string> values;
    for (const auto& [secret, rule] : seen_) {
      for (const std::string_view part : split(secret, '\n')) {  // of keys, each line
        if (part.size() > LiteralSet::kShortest && !part.starts_with("-----"))
          values.emplace_back(part);
      }
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (drafts_.empty()) return;
    const auto set = LiteralSet::make(std::move(values), LiteralEngine::kPortable);
    for (size_t i = 0; i < drafts_.size(); ++i) {
      const Draft& draft = drafts_[i];
      const std::string before = printable(hide(*set, draft.before));
      const std::string middle = printable(hide(*set, draft.middle));
      const std::string after = printable(hide(*set, draft.after));
      std::string& out = scan_.findings[i].evidence;
      out = trim(fit_line(before, middle, after));
      if (!draft.detail.empty())
        out += fmt::format(" ({})", first_characters(printable(draft.detail), kEvidence));
    }
  }

  std::string hide(const LiteralSet& values, std::string_view text) {
    if (text.empty()) return {};
    values.find(text, hits_);
    if (hits_.empty()) return std::string(text);
    std::vector<bool> hidden(text.size(), false);
    for (const LiteralSet::Hit& hit : hits_) {
      const size_t size = values.size_of(hit.literal);
      std::fill_n(hidden.begin() + hit.offset, size, true);
    }
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      if (!hidden[i]) out += text[i];
      if (hidden[i] && (i == 0 || !hidden[i - 1])) out += mask_secret({});
    }
    return out;
  }

  const SecretScanner& scanner_;
  std::string path_;
  std::vector<LiteralSet::Hit> hits_;
  std::vector<std::vector<Region>> regions_;  // by rule
  std::vector<uint32_t> touched_;             // rules with regions
  std::vector<Catch> catches_;                // of this window, and what reaches into it
  uint64_t told_end_ = 0;
  std::set<const SecretRule*> broken_;
  std::unordered_map<std::string, const SecretRule*> seen_;
  SecretScan scan_;
  std::vector<Draft> drafts_;  // of scan_.findings' evidence
  bool full_ = false;
};

}  // namespace

SecretScanner::SecretScanner(const SecretRules& rules, LiteralEngine engine, std::string hash_key)
    : rules_(rules),
      literals_(LiteralSet::make(rules.keywords(), engine)),
      hash_key_(hash_key.empty() ? default_hash_key() : std::move(hash_key)) {}

SecretScan SecretScanner::scan(std::string_view path, std::string_view text) const {
  return FileScan(*this, path).run(MemoryAccess(text));
}

SecretScan SecretScanner::scan(std::string_view path, const RandomAccess& data) const {
  return FileScan(*this, path).run(data);
}

}  // namespace seawall::inspect
