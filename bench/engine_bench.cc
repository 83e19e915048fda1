// How many durable transitions a second the embedded engine makes: SQLite with synchronous=FULL,
// history kept, Retry and Catch present, tasks that do nothing, all in one process.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/thread_pool.h"
#include "engine/embedded_engine.h"
#include "stores/sqlite/journal.h"

namespace coldpath {
namespace {

constexpr const char* kTask = R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
  "Retry": [{"ErrorEquals": ["Transient"], "IntervalSeconds": 1, "MaxAttempts": 3}],
  "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])";

class NoOpInvoker final : public engine::TaskInvoker {
 public:
  void Invoke(engine::TaskInvocation invocation, Done done) override {
    done(engine::TaskReply::Success(std::move(invocation.task.arguments)));
  }
};

class CountedItems final : public engine::ItemSource {
 public:
  explicit CountedItems(int count) : count_(count) {}
  base::Result<base::Json> ReadItems(const base::Json&) override {
    base::Json items = base::Json::array();
    for (int i = 0; i < count_; ++i) items.push_back({{"chunk", i}});
    return items;
  }
  base::Result<base::Json> WriteResults(const base::Json&, const base::Json&) override {
    return base::Json::object();
  }

 private:
  int count_;
};

struct Load {
  std::string name;
  std::string definition;
  std::string input;
  int operations;
};

std::string MapOf(const std::string& members) {
  return std::string(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,)") + members +
         R"("StartAt": "Work", "States": {"Work": {)" + kTask +
         R"(, "End": true}, "Caught": {"Type": "Pass", "End": true}}}}}})";
}

std::vector<Load> Loads() {
  const std::string distributed =
      MapOf(R"("Label": "Items", "MaxConcurrency": 10, "ResultPath": null,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
      "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},)");
  const std::string inlined =
      MapOf(R"("MaxConcurrency": 10, "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"},)");
  std::string chain = R"({"StartAt": "S0", "States": {"Caught": {"Type": "Pass", "End": true})";
  constexpr int kLength = 2'000;
  for (int i = 0; i < kLength; ++i) {
    chain += ",\"S" + std::to_string(i) + "\": {" + kTask +
             (i + 1 < kLength ? ", \"Next\": \"S" + std::to_string(i + 1) + "\"}"
                              : std::string(", \"End\": true}"));
  }
  chain += "}}";
  base::Json items = base::Json::array();
  for (int i = 0; i < 1'000; ++i) items.push_back(i);
  return {{"distributed_map_10_in_flight", distributed, "{}", 10'000},
          {"inline_map_10_in_flight", inlined, base::DumpJson(items), 1'000},
          {"sequential_chain", chain, "{}", kLength}};
}

double PeakRssMib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

// Seconds, or a negative number if it did not succeed.
double Measure(const Load& load, const std::string& folder, std::int64_t& transactions) {
  std::filesystem::create_directories(folder);
  const auto clock = base::MakeSystemClock();
  const auto pool = base::MakeThreadPool(*clock, 1);
  const auto writer = base::MakeThreadPool(*clock, 1);
  auto journal = stores::SqliteJournal::Open(folder + "/engine.db", *writer);
  base::SeededRandom random(1);
  base::Log log(*clock, base::LogLevel::kError, base::StandardErrorSink());
  NoOpInvoker invoker;
  CountedItems items(load.operations);
  std::binary_semaphore ended(0);
  auto engine = engine::EmbeddedEngine::Make(
      {.definition = load.definition,
       .role_arn = "arn:aws:iam::000000000000:role/bench",
       .state_machine_arn = "arn:aws:states:local:000000000000:stateMachine:bench",
       .state_machine_name = "bench"},
      {**journal, invoker, items, *pool, *clock, random, log},
      [&](const engine::ExecutionEnd&) { ended.release(); });
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return -1;
  }
  (void)(*engine)->Recover();
  const auto begin = std::chrono::steady_clock::now();
  if (!(*engine)->Start("run", load.input)) return -1;
  ended.acquire();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto done = (*engine)->Describe("run");
  transactions = (*journal)->transactions();
  (*engine)->Shutdown();
  pool->Stop();
  engine->reset();
  if (done && done->status == asl::ExecutionStatus::kSucceeded) return took.count();
  std::fprintf(stderr, "%s: %s\n", load.name.c_str(), done ? done->cause.value_or("").c_str() : "");
  return -1;
}

int Main(int argc, char** argv) {
  bool json = false;
  for (int i = 1; i < argc; ++i) json = json || std::strcmp(argv[i], "--json") == 0;
  const std::string root =
      (std::filesystem::current_path() / ("engine_bench_" + std::to_string(getpid()))).string();
  int failed = 0;
  if (!json) std::printf("%-32s %10s %12s %14s\n", "load", "ops", "ops/s", "commits/op");
  for (const Load& load : Loads()) {
    std::int64_t transactions = 0;
    const double seconds = Measure(load, root + "/" + load.name, transactions);
    if (seconds < 0) {
      ++failed;
      continue;
    }
    const double rate = load.operations / seconds;
    const double commits = static_cast<double>(transactions) / load.operations;
    if (json) {
      const base::Json line = {{"name", load.name},        {"operations", load.operations},
                               {"operations_per_s", rate}, {"commits_per_operation", commits},
                               {"duration_s", seconds},    {"peak_rss_mib", PeakRssMib()}};
      std::printf("%s\n", base::DumpJson(line).c_str());
    } else {
      std::printf("%-32s %10d %12.0f %14.3f\n", load.name.c_str(), load.operations, rate, commits);
    }
  }
  std::filesystem::remove_all(root);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace coldpath

int main(int argc, char** argv) { return coldpath::Main(argc, argv); }
