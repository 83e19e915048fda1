// A record: one normalised observation. It depends on the provider's data alone, never on when, how
// often or under which generated id it was fetched, so that two imports of the same data give the
// same bytes.
#ifndef COLDPATH_DOMAIN_RECORD_H_
#define COLDPATH_DOMAIN_RECORD_H_

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/data_type.h"

namespace coldpath::domain {

// Stored by name (records/): add, never rename.
enum class OffsetOrigin {
  kGiven,     // the provider sent it with the observation
  kInferred,  // the provider sent UTC only; the offset is taken as 0
};
enum class Statistic { kSample, kSum, kMean, kMinimum, kMaximum, kSession };
enum class Granularity { kInstant, kInterval, kDaily, kSession };
enum class Modality { kSensed, kManual, kUnknown };
enum class SleepStageKind { kAwake, kLight, kDeep, kRem, kAsleep, kRestless, kUnknown };

struct SleepStage {
  SleepStageKind kind;
  base::Instant start;
  base::Instant end;
  friend bool operator==(const SleepStage&, const SleepStage&) = default;
};

// One of several values of a record (a workout's energy and distance, both sides of a blood
// pressure).
struct Component {
  std::string name;  // "systolic", "active-energy", "distance", "mean-heart-rate"
  double value;
  std::string unit;  // UCUM
  friend bool operator==(const Component&, const Component&) = default;
};

struct Record {
  DataType type;
  base::Instant start;
  base::Instant end;  // equals start for an instant
  std::chrono::seconds utc_offset{0};
  OffsetOrigin offset_origin = OffsetOrigin::kGiven;
  // The provider's own attribution to a day (sleep belongs to the day of waking, for example).
  base::Date local_date;

  std::optional<double> value;  // in the unit of the type; sleep and workout: minutes
  Statistic statistic = Statistic::kSample;
  Granularity granularity = Granularity::kInstant;
  Modality modality = Modality::kUnknown;

  std::string source_id;       // the provider's id of the observation; empty where it has none
  std::string source_version;  // changes when the provider revises it; empty where it has none
  std::string device;          // as the provider names it; empty if unknown
  std::string activity;  // of a workout: the provider's name of the sport; of a sleep: its kind
  std::vector<Component> components;
  std::vector<SleepStage> stages;
  bool tombstone = false;  // the provider says that the observation was deleted

  // SHA-256 (hex) of the canonical JSON of the provider's own element.
  std::string raw_digest;

  friend bool operator==(const Record&, const Record&) = default;
};

// Total order of record files: type, start, end, source id, digest.
bool RecordBefore(const Record& a, const Record& b);

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_RECORD_H_
