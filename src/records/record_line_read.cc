// Reads record lines without building JSON documents: a file may hold a million of them.
#include <charconv>

#include "records/names.h"
#include "records/record_line.h"

namespace coldpath::records {
namespace {

using domain::Record;

// Walks a line from left to right. The first thing that does not fit makes all later ones fail.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  bool ok() const { return ok_; }
  std::size_t at() const { return at_; }
  bool AtEnd() {
    SkipSpace();
    return ok_ && at_ == line_.size();
  }

  bool SkipIf(char c) {
    SkipSpace();
    if (at_ >= line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }
  void Expect(char c) {
    if (!SkipIf(c)) Reject();
  }
  void Reject() { ok_ = false; }

  // A string's text: a view into the line, or into `scratch_` if it holds escapes. Valid until the
  // next call.
  std::string_view String() {
    Expect('"');
    if (!ok_) return {};
    const std::size_t begin = at_;
    while (at_ < line_.size() && line_[at_] != '"' && line_[at_] != '\\') ++at_;
    if (at_ < line_.size() && line_[at_] == '"') {
      return line_.substr(begin, at_++ - begin);
    }
    scratch_.assign(line_, begin, at_ - begin);
    while (ok_ && at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == '"') return scratch_;
      if (c == '\\') {
        Escape();
      } else {
        scratch_ += c;
      }
    }
    Reject();
    return {};
  }

  template <typename Number>
  Number ReadNumber() {
    SkipSpace();
    Number value{};
    const auto [end, failure] =
        std::from_chars(line_.data() + at_, line_.data() + line_.size(), value);
    if (failure != std::errc()) Reject();
    at_ = static_cast<std::size_t>(end - line_.data());
    return value;
  }
  double Double() {
    SkipSpace();
    // from_chars also takes "inf" and "nan", which JSON has not.
    if (at_ >= line_.size() || (line_[at_] != '-' && (line_[at_] < '0' || line_[at_] > '9')) ||
        line_.substr(at_, 2) == "-i" || line_.substr(at_, 2) == "-n") {
      Reject();
      return 0;
    }
    return ReadNumber<double>();
  }
  bool Bool() {
    SkipSpace();
    for (const std::string_view word : {std::string_view("true"), std::string_view("false")}) {
      if (line_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return word == "true";
    }
    Reject();
    return false;
  }

  base::Instant Instant() {
    const auto parsed = base::ParseRfc3339(String());
    if (!parsed) Reject();
    return parsed ? parsed->instant : base::Instant();
  }
  base::Date Date() {
    const auto parsed = base::ParseDate(String());
    if (!parsed) Reject();
    return parsed.value_or(base::Date());
  }
  template <typename Enum, std::size_t kCount>
  Enum Name(const std::array<std::string_view, kCount>& names) {
    const std::optional<Enum> found = FindIn<Enum>(names, String());
    if (!found) Reject();
    return found.value_or(Enum{});
  }

  // Calls `item` for each item of an array; `item` reads it.
  template <typename Item>
  void Array(Item item) {
    Expect('[');
    if (SkipIf(']')) return;
    do {
      item();
    } while (ok_ && SkipIf(','));
    Expect(']');
  }
  // Calls `member` with each key of an object; `member` reads the value.
  template <typename Member>
  void Object(Member member) {
    Expect('{');
    if (SkipIf('}')) return;
    do {
      const std::string key(String());  // short: no allocation
      Expect(':');
      if (ok_) member(key);
    } while (ok_ && SkipIf(','));
    Expect('}');
  }

 private:
  void SkipSpace() {
    while (at_ < line_.size() && line_[at_] == ' ') ++at_;
  }
  void Escape() {
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    const char c = at_ < line_.size() ? line_[at_++] : '\0';
    if (const std::size_t known = kFrom.find(c); c != '\0' && known != std::string_view::npos) {
      scratch_ += kTo[known];
      return;
    }
    // Writers escape control characters only; the rest stands as UTF-8.
    unsigned code = 0;
    const std::string_view hex = c == 'u' ? line_.substr(at_, 4) : std::string_view();
    const auto [end, failure] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() != 4 || failure != std::errc() || end != hex.data() + 4 || code >= 0x80) {
      return Reject();
    }
    at_ += 4;
    scratch_ += static_cast<char>(code);
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool ok_ = true;
  std::string scratch_;
};

domain::Component ReadComponent(Scanner& scan) {
  domain::Component component{"", 0, ""};
  scan.Object([&](std::string_view key) {
    if (key == "name") {
      component.name = scan.String();
    } else if (key == "unit") {
      component.unit = scan.String();
    } else if (key == "value") {
      component.value = scan.Double();
    } else {
      scan.Reject();
    }
  });
  return component;
}

domain::SleepStage ReadStage(Scanner& scan) {
  domain::SleepStage stage{domain::SleepStageKind::kUnknown, {}, {}};
  scan.Object([&](std::string_view key) {
    if (key == "end") {
      stage.end = scan.Instant();
    } else if (key == "kind") {
      stage.kind = scan.Name<domain::SleepStageKind>(kSleepStageNames);
    } else if (key == "start") {
      stage.start = scan.Instant();
    } else {
      scan.Reject();
    }
  });
  return stage;
}

// The keys that hold plain text. False: `key` is none of them.
bool ReadText(Scanner& scan, std::string_view key, Record& record) {
  if (key == "activity") {
    record.activity = scan.String();
  } else if (key == "device") {
    record.device = scan.String();
  } else if (key == "digest") {
    record.raw_digest = scan.String();
  } else if (key == "id") {
    record.source_id = scan.String();
  } else if (key == "version") {
    record.source_version = scan.String();
  } else {
    return false;
  }
  return true;
}

// The keys that hold a name of an enumeration.
bool ReadName(Scanner& scan, std::string_view key, Record& record) {
  if (key == "granularity") {
    record.granularity = scan.Name<domain::Granularity>(kGranularityNames);
  } else if (key == "modality") {
    record.modality = scan.Name<domain::Modality>(kModalityNames);
  } else if (key == "offset_from") {
    record.offset_origin = scan.Name<domain::OffsetOrigin>(kOffsetOriginNames);
  } else if (key == "statistic") {
    record.statistic = scan.Name<domain::Statistic>(kStatisticNames);
  } else {
    return false;
  }
  return true;
}

struct Seen {
  bool start = false;
  bool end = false;
  bool date = false;
};

void ReadMember(Scanner& scan, std::string_view key, Record& record, Seen& seen) {
  if (ReadText(scan, key, record) || ReadName(scan, key, record)) return;
  if (key == "start") {
    record.start = scan.Instant();
    seen.start = true;
  } else if (key == "end") {
    record.end = scan.Instant();
    seen.end = true;
  } else if (key == "date") {
    record.local_date = scan.Date();
    seen.date = true;
  } else if (key == "value") {
    record.value = scan.Double();
  } else if (key == "offset") {
    record.utc_offset = std::chrono::seconds(scan.ReadNumber<std::int64_t>());
  } else if (key == "deleted") {
    record.tombstone = scan.Bool();
  } else if (key == "components") {
    scan.Array([&] { record.components.push_back(ReadComponent(scan)); });
  } else if (key == "stages") {
    scan.Array([&] { record.stages.push_back(ReadStage(scan)); });
  } else {
    scan.Reject();
  }
}

}  // namespace

base::Status ReadRecordLine(std::string_view line, Record& record) {
  const domain::DataType type = record.type;
  record = Record();
  record.type = type;
  Scanner scan(line);
  Seen seen;
  scan.Object([&](std::string_view key) { ReadMember(scan, key, record, seen); });
  if (!scan.AtEnd() || !seen.start || !seen.date) {
    return base::Fail("records.malformed",
                      "The line is not a record (around byte " + std::to_string(scan.at()) + ").");
  }
  if (!seen.end) record.end = record.start;
  return {};
}

}  // namespace coldpath::records
