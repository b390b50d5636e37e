#include "advisory/feed_walk.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/tar.h"
#include "codec/zip.h"

namespace seawall::advisory {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFirstBuffer = 64u << 10;
constexpr size_t kFirstTextLine = 64u << 10;  // a longer first line belongs to no text format
constexpr int kDirectoryDepth = 32;
// A hostile file of a million broken lines is one complaint, not a million.
constexpr uint64_t kProblemsPerFile = 20;
constexpr std::string_view kZipMagic = "PK\3\4";
constexpr size_t kTarBlock = 512;

bool is_tar(std::string_view first_bytes) {
  return first_bytes.size() >= kTarBlock && first_bytes.substr(257, 5) == "ustar";
}

// A name with a component that starts with a dot: ".git", ".github", "._copy".
bool is_hidden(std::string_view path) {
  for (std::string_view part : split(path, '/')) {
    if (part.starts_with('.') && part != "." && part != "..") return true;
  }
  return false;
}

// A Reader that somebody else owns.
class BorrowedReader : public Reader {
 public:
  explicit BorrowedReader(Reader& inner) : inner_(inner) {}
  Result<size_t> read(std::span<char> buffer) override { return inner_.read(buffer); }

 private:
  Reader& inner_;
};

// Bytes in memory that live as long as the archive read from them.
class OwnedAccess : public RandomAccess {
 public:
  explicit OwnedAccess(std::string bytes) : bytes_(std::move(bytes)), access_(bytes_) {}
  uint64_t size() const override { return access_.size(); }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override {
    return access_.read_at(offset, buffer);
  }

 private:
  std::string bytes_;
  MemoryAccess access_;
};

}  // namespace

// A stream with a window on what was read and not yet used. Looking never uses; views stay valid
// until the next look. Also the Reader of what remains, for text parsers and archives.
class FeedWalk::LineSource : public Reader {
 public:
  LineSource(std::unique_ptr<Reader> inner, uint64_t limit)
      : inner_(std::move(inner)), limit_(limit) {}

  // At least `count` bytes, fewer only at the end.
  Result<std::string_view> look(size_t count) {
    while (end_ - begin_ < count && !ended_) SEAWALL_CHECK(fill());
    return window();
  }

  // The line that starts `offset` bytes ahead, with its "\n" unless it is the last; empty at the
  // end.
  Result<std::string_view> line(size_t offset = 0) {
    size_t scanned = offset;
    while (true) {
      const std::string_view bytes = window();
      if (scanned < bytes.size()) {
        const size_t newline = bytes.find('\n', scanned);
        if (newline != std::string_view::npos) return bytes.substr(offset, newline + 1 - offset);
        scanned = bytes.size();
      }
      if (ended_) return bytes.substr(std::min(offset, bytes.size()));
      if (scanned - offset > limit_) {
        return limit_reached(fmt::format("a line has more than {} bytes", limit_));
      }
      SEAWALL_CHECK(fill());
    }
  }

  // All that remains, as one text.
  Result<std::string_view> rest() {
    while (!ended_) {
      if (end_ - begin_ > limit_) {
        return limit_reached(fmt::format("the document has more than {} bytes", limit_));
      }
      SEAWALL_CHECK(fill());
    }
    return window();
  }

  void use(size_t count) { begin_ += std::min(count, end_ - begin_); }

  Result<size_t> read(std::span<char> buffer) override {
    if (begin_ == end_) return inner_->read(buffer);
    const size_t count = std::min(buffer.size(), end_ - begin_);
    std::memcpy(buffer.data(), buffer_.data() + begin_, count);
    begin_ += count;
    return count;
  }

 private:
  std::string_view window() const {
    return std::string_view(buffer_).substr(begin_, end_ - begin_);
  }

  Status fill() {
    if (begin_ != 0 && (begin_ == end_ || buffer_.size() - end_ < kFirstBuffer / 2)) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (buffer_.size() - end_ < kFirstBuffer / 2) {
      buffer_.resize(std::max(kFirstBuffer, buffer_.size() * 2));
    }
    SEAWALL_TRY(size_t got, inner_->read({buffer_.data() + end_, buffer_.size() - end_}));
    end_ += got;
    ended_ = got == 0;
    return {};
  }

  std::unique_ptr<Reader> inner_;
  uint64_t limit_;
  std::string buffer_;
  size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
};

FeedWalk::FeedWalk(FormatList formats, RecordSink& sink, const Limits& limits)
    : formats_(std::move(formats)), sink_(sink), limits_(limits), parser_(limits) {}
FeedWalk::~FeedWalk() = default;

FeedSummary FeedWalk::summary() const {
  FeedSummary summary;
  summary.documents = documents_;
  summary.not_recognised = not_recognised_;
  for (std::string_view name : met_) summary.formats.emplace_back(name);
  return summary;
}

// --- from paths to streams ---

Status FeedWalk::path(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) {
    const int number = error ? error.value() : ENOENT;
    return errno_error(fmt::format("cannot open the feed {}", path), number);
  }
  if (fs::is_directory(status)) return directory(path, "", 0);
  return file(path, fs::path(path).filename().string());
}

Status FeedWalk::directory(const std::string& root, const std::string& below, int depth) {
  const std::string full = below.empty() ? root : root + "/" + below;
  std::vector<std::pair<std::string, bool>> names;  // with: is it a directory
  std::error_code error;
  fs::directory_iterator at(full, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const fs::file_status status = at->symlink_status(ignored);
    // Links could lead out of the feed or in circles; pipes and devices never end.
    if (!fs::is_regular_file(status) && !fs::is_directory(status)) continue;
    std::string name = at->path().filename().string();
    if (!name.starts_with('.')) names.emplace_back(std::move(name), fs::is_directory(status));
  }
  if (error) return errno_error(fmt::format("cannot list {}", full), error.value());
  std::sort(names.begin(), names.end());
  for (const auto& [name, is_directory] : names) {
    const std::string inner = below.empty() ? name : below + "/" + name;
    Status status;
    if (!is_directory) {
      status = file(root + "/" + inner, inner);
    } else if (depth < kDirectoryDepth) {
      status = directory(root, inner, depth + 1);
    } else {
      status = limit_reached(fmt::format("directories nested deeper than {}", kDirectoryDepth));
    }
    if (!status.ok()) sink_.problem(std::move(status).error().at(inner));
  }
  return {};
}

Status FeedWalk::file(const std::string& path, const std::string& name) {
  SEAWALL_TRY(std::shared_ptr<const File> file, File::open(path));
  char magic[4] = {};
  SEAWALL_TRY(size_t got, file->read_at(0, magic));
  if (std::string_view(magic, got) == kZipMagic) return zip(file, name);
  stream(std::make_unique<RangeReader>(file, 0, file->size()), name);
  return {};
}

Status FeedWalk::zip(std::shared_ptr<const RandomAccess> archive, const std::string& name) {
  SEAWALL_TRY(ZipReader zip, ZipReader::open(std::move(archive), limits_));
  for (const ZipEntry& entry : zip.entries()) {
    if (entry.path.ends_with('/') || is_hidden(entry.path)) continue;
    auto content = zip.content(entry);
    if (!content.ok()) {
      sink_.problem(std::move(content).error().at(entry.path).at(name));
      continue;
    }
    read_stream(std::move(content).value(), entry.path, Depth::kMember);
  }
  return {};
}

void FeedWalk::stream(std::unique_ptr<Reader> bytes, const std::string& name) {
  read_stream(std::move(bytes), name, Depth::kTop);
}

void FeedWalk::read_stream(std::unique_ptr<Reader> bytes, const std::string& name, Depth depth) {
  auto unpacked = decompress(std::move(bytes), limits_);
  if (!unpacked.ok()) {
    problem(std::move(unpacked).error(), name);
    return finish_file(name);
  }
  LineSource lines(std::move(unpacked->reader), limits_.document_bytes);
  auto head = lines.look(kTarBlock);
  if (!head.ok()) {
    problem(std::move(head).error(), name);
    return finish_file(name);
  }
  if (depth == Depth::kTop && is_tar(*head)) return read_tar(lines, name);
  if (depth == Depth::kTop && head->starts_with(kZipMagic)) {
    auto whole = read_all(lines, limits_.file_bytes);
    Status status;
    if (whole.ok()) {
      status = zip(std::make_shared<OwnedAccess>(std::move(whole).value()), name);
    } else {
      status = std::move(whole).error();
    }
    if (!status.ok()) problem(std::move(status).error(), name);
    return;
  }
  read_content(lines, name);
  finish_file(name);
}

void FeedWalk::read_tar(Reader& bytes, const std::string& name) {
  TarReader tar(bytes, limits_);
  while (true) {
    auto next = tar.next();
    if (!next.ok()) {
      problem(std::move(next).error(), name);
      return;
    }
    const TarEntry* entry = *next;
    if (!entry) return;
    if (entry->type != TarType::kFile || is_hidden(entry->path)) continue;
    read_stream(std::make_unique<BorrowedReader>(tar.content()), entry->path, Depth::kMember);
  }
}

// --- from streams to documents ---

void FeedWalk::read_content(LineSource& lines, const std::string& name) {
  const auto read = [&]() -> Status {
    SEAWALL_TRY(std::string_view head, lines.look(3));
    if (head.starts_with("\xef\xbb\xbf")) lines.use(3);
    while (true) {
      SEAWALL_TRY(head, lines.look(1));
      if (head.empty()) return {};
      const size_t blank = std::min(head.find_first_not_of(" \t\r\n"), head.size());
      if (blank == 0) break;
      lines.use(blank);
    }
    const bool json = head.front() == '{' || head.front() == '[';
    // Debian's notices begin with a date in brackets, as a JSON array might.
    SEAWALL_TRY(const FeedFormat* text, text_format(lines));
    if (text) return read_text(*text, lines, name);
    return json ? read_json(lines, name) : Status();
  };
  Status status = read();
  if (!status.ok()) problem(std::move(status).error(), name);
}

Status FeedWalk::read_json(LineSource& lines, const std::string& name) {
  SEAWALL_TRY(std::string_view first, lines.line());
  if (parser_.parse(first).ok()) return read_lines(lines, name);
  // A first line that is no document: of a document over many lines, or of JSON lines that start
  // badly. The latter looks closed, and so does the start of the next line.
  const std::string_view text = trim(first);
  if (text.starts_with('{') && text.ends_with('}')) {
    SEAWALL_TRY(std::string_view second, lines.line(first.size()));
    if (second.starts_with("{\"")) return read_lines(lines, name);
  }
  SEAWALL_TRY(std::string_view whole, lines.rest());
  return read_document(whole, name);
}

Status FeedWalk::read_lines(LineSource& lines, const std::string& name) {
  for (uint64_t number = 1;; ++number) {
    SEAWALL_TRY(std::string_view line, lines.line());
    if (line.empty()) return {};
    if (!trim(line).empty()) {
      Status status = read_document(line, name);
      if (!status.ok()) {
        // The parser counts lines of its own: "line 1, column 7".
        std::string_view message = status.error().message();
        if (message.starts_with("line 1, ")) message.remove_prefix(8);
        problem(
            Error(status.error().code(), std::string(message)).at(fmt::format("line {}", number)),
            name);
      }
    }
    lines.use(line.size());
  }
}

Status FeedWalk::read_document(std::string_view text, const std::string& name) {
  SEAWALL_TRY(const Node* document, parser_.parse(text));
  if (offer(*document, name)) return {};
  for (const Node& item : document->items()) {
    if (item.is_object()) offer(item, name);
  }
  return {};
}

Result<const FeedFormat*> FeedWalk::text_format(LineSource& lines) {
  SEAWALL_TRY(std::string_view head, lines.look(kFirstTextLine));
  std::string_view first = head.substr(0, kFirstTextLine);
  const size_t newline = first.find('\n');
  // Binary files have no lines worth looking for.
  if (newline == std::string_view::npos && first.size() == kFirstTextLine) return nullptr;
  first = trim(first.substr(0, newline));
  for (const FeedFormat* format : formats_) {
    if (format->accepts_text && format->accepts_text(first)) return format;
  }
  return nullptr;
}

Status FeedWalk::read_text(const FeedFormat& format, LineSource& lines, const std::string& name) {
  FeedContext context{name, sink_};
  ++documents_;
  ++file_documents_;
  met_.insert(format.name);
  return format.parse_text(lines, context);
}

bool FeedWalk::offer(const Node& document, const std::string& name) {
  if (current_ && accept(*current_, document, name)) return true;
  for (const FeedFormat* format : formats_) {
    if (format == current_ || !accept(*format, document, name)) continue;
    current_ = format;
    return true;
  }
  return false;
}

bool FeedWalk::accept(const FeedFormat& format, const Node& document, const std::string& name) {
  if (!format.accepts || !format.accepts(document)) return false;
  FeedContext context{name, sink_};
  format.parse(document, context);
  ++documents_;
  ++file_documents_;
  met_.insert(format.name);
  return true;
}

void FeedWalk::problem(Error error, const std::string& name) {
  if (++file_problems_ <= kProblemsPerFile) sink_.problem(std::move(error).at(name));
}

void FeedWalk::finish_file(const std::string& name) {
  if (file_problems_ > kProblemsPerFile) {
    sink_.problem(
        malformed(fmt::format("{} more parts could not be read", file_problems_ - kProblemsPerFile))
            .at(name));
  }
  if (file_documents_ == 0) ++not_recognised_;
  file_documents_ = file_problems_ = 0;
  // The next file's first document is offered in the formats' order, whatever came before it.
  current_ = nullptr;
}

Result<FeedSummary> read_feed_as(FormatList formats, const std::string& path, RecordSink& sink,
                                 const Limits& limits) {
  FeedWalk walk(std::move(formats), sink, limits);
  SEAWALL_CHECK(walk.path(path));
  FeedSummary summary = walk.summary();
  if (summary.documents == 0) {
    return unsupported(fmt::format("nothing in {} is a known format of advisories", path))
        .hint("`seawall db import --help` lists the formats");
  }
  return summary;
}

}  // namespace seawall::advisory
