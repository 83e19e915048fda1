// A chunk: one stream over one date range, the unit of work and of retry.
#ifndef COLDPATH_DOMAIN_CHUNK_H_
#define COLDPATH_DOMAIN_CHUNK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/coverage.h"
#include "domain/failure.h"

namespace coldpath::domain {

// What the plan says about a chunk; it never changes.
struct ChunkSpec {
  std::string id;  // unique in its job and the same in every plan of it: "heart-rate-0007"
  std::string stream;
  DateRange range;
  std::vector<DataType> types;
  std::int64_t expected_calls = 1;

  friend bool operator==(const ChunkSpec&, const ChunkSpec&) = default;
};

enum class ChunkStatus {
  kNotAttempted,
  kRunning,   // an attempt was given out
  kComplete,  // every day of every type is complete, empty or beyond the provider's history
  kFailed,
};
std::string_view ChunkStatusName(
    ChunkStatus status);  // "not_attempted", "running", "complete", "failed"
std::optional<ChunkStatus> FindChunkStatus(std::string_view name);

// What an attempt brought for one of the chunk's types.
struct TypeResult {
  DataType type;
  TypeCoverage coverage;
  std::int64_t records = 0;
  std::string object_key;    // of the record file; empty if there are no records
  std::string sha256;        // of its content
  int provisional_days = 0;  // days inside the provider's late-data window
};

struct ChunkFailure {
  Failure failure;
  std::vector<DataType> types;  // those that failed; the chunk's other types have a result
};

struct Chunk {
  std::string job_id;
  ChunkSpec spec;
  ChunkStatus status = ChunkStatus::kNotAttempted;

  // The number of the attempt that may switch this row, and the task token that it was given to. A
  // worker with an older number has lost and changes nothing.
  int attempt = 0;
  std::string attempt_token;
  std::string attempt_execution;

  std::vector<TypeResult> results;
  std::optional<ChunkFailure> failure;
  std::vector<std::string> raw_keys;  // raw payloads of the attempt that won

  int waits = 0;  // for quota; not attempts
  std::optional<base::Instant>
      waiting_since;  // first wait since the last result: patience counts from here
  std::optional<base::Instant> waiting_until;
  std::int64_t provider_calls = 0;  // of all attempts
  std::int64_t bytes = 0;
  std::int64_t billed_seconds = 0;  // of all attempts, as AWS Fargate bills them (planner/cost.h)

  std::int64_t version = 0;
};

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_CHUNK_H_
