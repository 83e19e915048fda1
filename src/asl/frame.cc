#include "asl/frame.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace coldpath::asl {
namespace {

using base::Json;

constexpr std::uint64_t kFormat = 1;

// LEB128 with zigzag for signed numbers.
class Writer {
 public:
  void operator()(const std::int64_t& value) {
    Put((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void operator()(const std::uint64_t& value) { Put(value); }
  void operator()(const bool& value) { Put(value ? 1 : 0); }
  void operator()(const base::Instant& value) {
    (*this)(std::int64_t{value.time_since_epoch().count()});
  }
  void operator()(const base::Duration& value) { (*this)(std::int64_t{value.count()}); }
  void operator()(const Phase& value) { Put(static_cast<std::uint64_t>(value)); }
  void operator()(const std::vector<std::int64_t>& values) {
    Put(values.size());
    for (const std::int64_t value : values) (*this)(value);
  }
  std::string Take() && { return std::move(bytes_); }

 private:
  void Put(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  void operator()(std::int64_t& value) {
    const std::uint64_t raw = Get();
    value = static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
  }
  void operator()(std::uint64_t& value) { value = Get(); }
  void operator()(bool& value) { value = Get() != 0; }
  void operator()(base::Instant& value) {
    std::int64_t count = 0;
    (*this)(count);
    value = base::Instant(base::Duration(count));
  }
  void operator()(base::Duration& value) {
    std::int64_t count = 0;
    (*this)(count);
    value = base::Duration(count);
  }
  void operator()(Phase& value) {
    const std::uint64_t raw = Get();
    if (raw > static_cast<std::uint64_t>(Phase::kDone)) good_ = false;
    value = good_ ? static_cast<Phase>(raw) : Phase::kReady;
  }
  void operator()(std::vector<std::int64_t>& values) {
    const std::uint64_t size = Get();
    if (size > bytes_.size()) good_ = false;
    values.assign(good_ ? size : 0, 0);
    for (std::int64_t& value : values) (*this)(value);
  }
  bool good() const { return good_ && bytes_.empty(); }

 private:
  std::uint64_t Get() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    good_ = false;
    return 0;
  }
  std::string_view bytes_;
  bool good_ = true;
};

// One list of members for both directions, so that they cannot differ. What a phase does not use is
// not stored.
template <typename Archive, typename FrameType>
void Visit(Archive& archive, FrameType& frame) {
  archive(frame.parent);
  archive(frame.index);
  archive(frame.phase);
  archive(frame.last_id);
  if (frame.phase == Phase::kDone) return;
  auto state = static_cast<std::uint64_t>(frame.state);
  archive(state);
  if constexpr (!std::is_const_v<FrameType>) frame.state = state;
  archive(frame.entered_id);
  archive(frame.entered_time);
  archive(frame.seed);
  archive(frame.retry_count);
  archive(frame.retries);
  archive(frame.timers_used);
  archive(frame.timer.number);
  archive(frame.timer.when);
  archive(frame.task);
  if (frame.phase == Phase::kTask) {
    archive(frame.started);
    archive(frame.submitted);
    archive(frame.heartbeat.number);
    archive(frame.heartbeat.when);
    archive(frame.heartbeat_limit);
    archive(frame.heartbeat_every);
  } else if (frame.phase >= Phase::kBranches) {
    archive(frame.total);
    archive(frame.next);
    archive(frame.running);
    archive(frame.succeeded);
    archive(frame.failed);
    archive(frame.concurrency);
  }
}

}  // namespace

ValuePtr MakeValue(Json json) {
  std::string text = base::DumpJson(json);
  return std::make_shared<const Value>(Value{std::move(json), std::move(text)});
}

std::string EncodeControl(const Frame& frame) {
  Writer writer;
  writer(kFormat);
  Visit(writer, frame);
  return std::move(writer).Take();
}

std::string EncodePayload(const Frame& frame) {
  std::string payload = std::to_string(frame.input->text.size()) + " " + frame.input->text;
  if (frame.variables != nullptr) payload += frame.variables->text;
  return payload;
}

base::Status DecodeFrame(std::string_view control, std::string_view payload, Frame& frame) {
  auto corrupt = [&] {
    return base::Fail("asl.corrupt_frame",
                      "The stored frame " + std::to_string(frame.id) + " cannot be read.");
  };
  Reader reader(control);
  std::uint64_t format = 0;
  reader(format);
  if (format != kFormat) return corrupt();
  Visit(reader, frame);
  if (!reader.good()) return corrupt();

  std::size_t size = 0;
  std::size_t digits = 0;
  while (digits < payload.size() && payload[digits] >= '0' && payload[digits] <= '9' &&
         digits < 12) {
    size = size * 10 + static_cast<std::size_t>(payload[digits++] - '0');
  }
  if (digits == 0 || digits == payload.size() || payload[digits] != ' ') return corrupt();
  payload.remove_prefix(digits + 1);
  if (size > payload.size()) return corrupt();
  auto read = [&](std::string_view text) -> ValuePtr {
    auto json = base::ParseJson(text, {.max_depth = 1024});
    return json ? std::make_shared<const Value>(Value{*std::move(json), std::string(text)})
                : nullptr;
  };
  frame.input = read(payload.substr(0, size));
  if (frame.input == nullptr) return corrupt();
  payload.remove_prefix(size);
  if (payload.empty()) return {};
  frame.variables = read(payload);
  if (frame.variables == nullptr || !frame.variables->json.is_object()) return corrupt();
  return {};
}

std::string ContextTime(base::Instant time) {
  std::string text = base::FormatInstant(std::chrono::floor<std::chrono::milliseconds>(time));
  if (text.size() == std::string_view("2024-01-01T00:00:00Z").size()) {
    text.insert(text.size() - 1, ".000");
  }
  return text;
}

}  // namespace coldpath::asl
