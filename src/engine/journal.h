// Port: where the engine makes transitions durable. The store (stores/) implements it; nothing here
// knows SQL.
#ifndef COLDPATH_ENGINE_JOURNAL_H_
#define COLDPATH_ENGINE_JOURNAL_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "asl/advance.h"
#include "base/result.h"

namespace coldpath::engine {

// Names an execution within the engine's own store; counts up in order of creation.
using ExecutionKey = std::int64_t;

// A child of a Distributed Map: whose, and which.
struct ParentLink {
  ExecutionKey parent = 0;
  asl::FrameId frame = 0;
  std::int64_t run = 0;
  std::int64_t index = 0;
};

// What is kept about an execution besides its frames and its history.
struct ExecutionRecord {
  ExecutionKey key = 0;
  std::string arn;
  std::string name;
  std::string state_machine_arn;
  std::string definition_digest;  // of the definition's text, kept once in the store
  std::string scope;    // empty, or the Map state whose processor a child runs (JSON pointer)
  std::string input;    // JSON text, byte for byte as it was given
  std::string context;  // asl::ExecutionContext as JSON
  std::optional<ParentLink> parent;
  asl::ExecutionStatus status = asl::ExecutionStatus::kRunning;
  base::Instant started;
  std::optional<base::Instant> ended;
  std::string output;  // JSON text, if it succeeded
  std::optional<std::string> error;
  std::optional<std::string> cause;
  std::int64_t last_event_id = 0;
};

// Everything that one group of transitions changes; committed as a whole or not at all.
struct JournalBatch {
  struct FrameWrite {
    ExecutionKey execution;
    asl::FrameChange change;
  };
  struct HistoryAppend {
    ExecutionKey execution;
    asl::HistoryEvent event;
  };
  struct Ending {
    ExecutionKey execution;
    asl::ExecutionStatus status;
    base::Instant ended;
    std::string output;
    std::optional<std::string> error;
    std::optional<std::string> cause;
  };
  struct DefinitionText {
    std::string digest;
    std::string text;
  };
  std::vector<DefinitionText> definitions;  // new ones; known ones are ignored
  std::vector<ExecutionRecord> created;
  std::vector<FrameWrite> frames;
  std::vector<HistoryAppend> history;
  std::vector<Ending> ended;  // their frames are removed by the store

  bool empty() const {
    return definitions.empty() && created.empty() && frames.empty() && history.empty() &&
           ended.empty();
  }
};

struct UnfinishedExecution {
  ExecutionRecord record;
  std::vector<asl::FrameChange> frames;  // all live ones, with control and payload
};

// Commit may be called from one thread at a time and keeps the order of its calls; reads are
// thread-safe and see all that was reported durable. Once a batch was lost nothing more is written,
// since later ones may build upon it. Errors: journal.io (with the store's reason), journal.closed.
// journal_contract.h is the suite that adapters pass.
class Journal {
 public:
  using Durable = std::move_only_function<void(base::Status)>;
  virtual ~Journal() = default;

  // Writes the batch; `durable` is called, on any thread and never inside Commit, once it would
  // survive the loss of power. Batches that wait together may be written in one transaction.
  virtual void Commit(JournalBatch batch, Durable durable) = 0;
  // Blocks until all that was given to Commit before is durable (or has failed) and was reported.
  // Not to be called from a report.
  virtual base::Status Flush() = 0;

  // Those that have frames, in order of their keys. For recovery at the start.
  virtual base::Result<std::vector<UnfinishedExecution>> LoadUnfinished() = 0;
  virtual base::Result<std::optional<std::string>> LoadDefinition(const std::string& digest) = 0;
  // The greatest key ever used, or 0.
  virtual base::Result<ExecutionKey> GreatestKey() = 0;

  virtual base::Result<std::optional<ExecutionRecord>> FindByArn(const std::string& arn) = 0;
  // The children of one run of a Map in order of their index.
  virtual base::Result<std::vector<ExecutionRecord>> Children(ExecutionKey parent,
                                                              asl::FrameId frame,
                                                              std::int64_t run) = 0;
  // Events with id > `after`, at most `limit`.
  virtual base::Result<std::vector<asl::HistoryEvent>> ReadHistory(ExecutionKey execution,
                                                                   std::int64_t after,
                                                                   int limit) = 0;
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_JOURNAL_H_
