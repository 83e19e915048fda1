// Records for this folder's tests.
#ifndef COLDPATH_RECORDS_TEST_RECORDS_H_
#define COLDPATH_RECORDS_TEST_RECORDS_H_

#include <cmath>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/random.h"
#include "domain/record.h"

namespace coldpath::records {

// A record with every field set.
inline domain::Record FullRecord() {
  domain::Record record{};
  record.type = domain::DataType::kSleep;
  record.start = base::ParseRfc3339("2024-03-30T22:00:00Z")->instant;
  record.end = base::ParseRfc3339("2024-03-31T05:30:00.250Z")->instant;
  record.utc_offset = std::chrono::hours(2);
  record.offset_origin = domain::OffsetOrigin::kInferred;
  record.local_date = *base::ParseDate("2024-03-31");
  record.value = 430;
  record.statistic = domain::Statistic::kSession;
  record.granularity = domain::Granularity::kSession;
  record.modality = domain::Modality::kManual;
  record.source_id = "s-1";
  record.source_version = "v2";
  record.device = "Ring \xC3\xBC\n";
  record.activity = "long \"sleep\"";
  record.components = {{"distance", 1234.5, "m"}};
  record.stages = {
      {domain::SleepStageKind::kRem, record.start, record.start + std::chrono::minutes(5)}};
  record.tombstone = true;
  record.raw_digest = "00ff";
  return record;
}

// `count` heart rates, one every five seconds from 2024-01-01.
inline std::vector<domain::Record> HeartRates(int count) {
  std::vector<domain::Record> records;
  records.reserve(static_cast<std::size_t>(count));
  const base::Instant begin = base::FromUnixSeconds(1'704'067'200);
  for (int i = 0; i < count; ++i) {
    domain::Record record{};
    record.type = domain::DataType::kHeartRate;
    record.start = record.end = begin + std::chrono::seconds(5 * i);
    record.utc_offset = std::chrono::hours(1);
    record.local_date = base::LocalDate(record.start, record.utc_offset);
    record.value = 60 + i % 50;
    record.modality = domain::Modality::kSensed;
    record.device = "Charge 6";
    record.raw_digest = base::Sha256Hex(std::to_string(i));
    records.push_back(std::move(record));
  }
  return records;
}

inline std::string ArbitraryText(base::Random& random) {
  constexpr const char* kPieces[] = {"a", "Z", "\"", "\\", "\n", "\x01", "\xC3\xA4", " ", "{", "/"};
  std::string text;
  for (std::uint64_t i = random.NextUint64() % 6; i > 0; --i) {
    text += kPieces[random.NextUint64() % 10];
  }
  return text;
}

inline base::Instant ArbitraryInstant(base::Random& random) {
  return base::FromUnixSeconds(0) +
         base::Duration(static_cast<std::int64_t>(random.NextUint64() % 4'000'000'000'000'000));
}

inline domain::Record ArbitraryRecord(domain::DataType type, base::Random& random) {
  const auto pick = [&](int count) {
    return static_cast<int>(random.NextUint64() % static_cast<std::uint64_t>(count));
  };
  domain::Record record{};
  record.type = type;
  record.start = ArbitraryInstant(random);
  record.end = pick(2) == 0 ? record.start : ArbitraryInstant(random);
  record.utc_offset =
      std::chrono::seconds(static_cast<int>(random.NextUint64() % 100'000) - 50'000);
  record.offset_origin = static_cast<domain::OffsetOrigin>(random.NextUint64() % 2);
  record.local_date = base::LocalDate(record.start, record.utc_offset);
  if (pick(2) == 0) record.value = std::ldexp(random.NextDouble() - 0.5, pick(200) - 100);
  record.statistic = static_cast<domain::Statistic>(random.NextUint64() % 6);
  record.granularity = static_cast<domain::Granularity>(random.NextUint64() % 4);
  record.modality = static_cast<domain::Modality>(random.NextUint64() % 3);
  record.source_id = ArbitraryText(random);
  record.source_version = ArbitraryText(random);
  record.device = ArbitraryText(random);
  record.activity = ArbitraryText(random);
  for (std::uint64_t i = random.NextUint64() % 3; i > 0; --i) {
    record.components.push_back(
        {ArbitraryText(random), random.NextDouble() * 1e9, ArbitraryText(random)});
    record.stages.push_back({static_cast<domain::SleepStageKind>(random.NextUint64() % 7),
                             ArbitraryInstant(random), ArbitraryInstant(random)});
  }
  record.tombstone = random.NextUint64() % 2 == 0;
  record.raw_digest = ArbitraryText(random);
  return record;
}

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_TEST_RECORDS_H_
