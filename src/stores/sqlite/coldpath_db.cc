#include "stores/sqlite/coldpath_db.h"

#include <algorithm>
#include <utility>

#include "stores/sqlite/coldpath_schema.h"

namespace coldpath::stores {
namespace {

// Bounds how long the first of a group works for the others.
constexpr std::size_t kLargestGroup = 512;
// Reading connections that are open at once; more readers than this wait.
constexpr int kMostReaders = 8;

}  // namespace

base::Result<std::unique_ptr<ColdpathDb>> ColdpathDb::Open(const std::string& path,
                                                           const DatabaseOptions& options) {
  COLDPATH_ASSIGN_OR_RETURN(Database writer, Database::Open(path, options));
  COLDPATH_RETURN_IF_ERROR(writer.Migrate(ColdpathMigrations()));
  return std::unique_ptr<ColdpathDb>(new ColdpathDb(std::move(writer), path, options));
}

ColdpathDb::ColdpathDb(Database writer, std::string path, const DatabaseOptions& options)
    : path_(std::move(path)),
      options_(options),
      in_memory_(path_ == ":memory:"),
      writer_(std::move(writer)) {}

std::uint64_t ColdpathDb::commits() {
  base::MutexLock lock(mutex_);
  return commits_;
}

base::Status ColdpathDb::Commit(const Work& work) {
  Pending mine{.work = &work};
  std::vector<Pending*> group;
  {
    base::MutexLock lock(mutex_);
    queue_.push_back(&mine);
    while (!mine.done && queue_.front() != &mine) mine.wake.Wait(mutex_);
    if (mine.done) return mine.result;
    group.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min(queue_.size(), kLargestGroup)));
  }
  std::uint64_t transactions = 1;
  if (!CommitTogether(group)) {
    for (Pending*& one : group) (void)CommitTogether({&one, 1});
    transactions = group.size();
  }
  base::MutexLock lock(mutex_);
  commits_ += transactions;
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(group.size()));
  for (Pending* one : group) {
    one->done = true;
    // Still under the lock: afterwards the waiting caller may return, and its Pending is gone.
    if (one != &mine) one->wake.NotifyOne();
  }
  if (!queue_.empty()) queue_.front()->wake.NotifyOne();
  return mine.result;
}

bool ColdpathDb::CommitTogether(std::span<Pending* const> group) {
  base::Result<Transaction> transaction = Transaction::Begin(writer_);
  if (!transaction) {
    for (Pending* one : group) one->result = base::Fail(transaction.error());
    return true;
  }
  const bool alone = group.size() == 1;
  for (Pending* one : group) {
    if (!alone) one->result = writer_.Run("SAVEPOINT one");
    if (alone || one->result) one->result = (*one->work)(writer_);
    if (one->result) {
      if (!alone) one->result = writer_.Run("RELEASE one");
      continue;
    }
    ++rollbacks_;
    if (alone) return true;  // the transaction ends without a commit
    // A full disk can end the whole transaction by itself.
    if (!writer_.InTransaction()) return false;
    if (!writer_.Run("ROLLBACK TO one") || !writer_.Run("RELEASE one")) return false;
  }
  const base::Status committed = transaction->Commit();
  if (committed) return true;
  ++rollbacks_;
  if (!alone) return false;
  group.front()->result = committed;
  return true;
}

base::Status ColdpathDb::Look(const Work& work) {
  if (in_memory_) return Commit(work);
  COLDPATH_ASSIGN_OR_RETURN(std::unique_ptr<Database> reader, TakeReader());
  base::Status result = work(*reader);
  base::MutexLock lock(readers_mutex_);
  free_readers_.push_back(std::move(reader));
  --readers_in_use_;
  reader_free_.NotifyOne();
  return result;
}

base::Result<std::unique_ptr<Database>> ColdpathDb::TakeReader() {
  {
    base::MutexLock lock(readers_mutex_);
    while (free_readers_.empty() && readers_in_use_ == kMostReaders) {
      reader_free_.Wait(readers_mutex_);
    }
    ++readers_in_use_;
    if (!free_readers_.empty()) {
      std::unique_ptr<Database> reader = std::move(free_readers_.back());
      free_readers_.pop_back();
      return reader;
    }
  }
  DatabaseOptions options = options_;
  options.read_only = true;
  base::Result<Database> opened = Database::Open(path_, options);
  if (opened) return std::make_unique<Database>(std::move(*opened));
  base::MutexLock lock(readers_mutex_);
  --readers_in_use_;
  reader_free_.NotifyOne();
  return base::Fail(opened.error());
}

}  // namespace coldpath::stores
