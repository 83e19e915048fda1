// How fast record files are written and read: a year of 5-second heart rate is 6.3 million records.
#include <benchmark/benchmark.h>

#include "records/record_file.h"
#include "records/test_records.h"

namespace coldpath::records {
namespace {

const std::vector<domain::Record>& Records() {
  static const std::vector<domain::Record> records = HeartRates(200'000);
  return records;
}

void BM_EncodeRecordFile(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string file =
        EncodeRecordFile({"oura", "u", domain::DataType::kHeartRate}, Records());
    bytes = file.size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Records().size()));
  state.counters["bytes_per_record"] =
      static_cast<double>(bytes) / static_cast<double>(Records().size());
}
BENCHMARK(BM_EncodeRecordFile);

void BM_DecodeRecordFile(benchmark::State& state) {
  const std::string file = EncodeRecordFile({"oura", "u", domain::DataType::kHeartRate}, Records());
  for (auto _ : state) {
    benchmark::DoNotOptimize(DecodeRecordFile(file)->records.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Records().size()));
}
BENCHMARK(BM_DecodeRecordFile);

}  // namespace
}  // namespace coldpath::records
