#include "stores/sqlite/coldpath_schema.h"

namespace coldpath::stores {
namespace {

// Rows that are appended all the time (events, outbox, inbox) have an integer key that counts up:
// the end of one page of the file takes them all. Chunks and events name their job by its row's
// number, a few bytes instead of 36.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE jobs(
  id INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  unsettled INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_by_user ON jobs(user_id, job_id DESC);
CREATE INDEX jobs_unsettled ON jobs(job_id) WHERE unsettled = 1;

CREATE TABLE job_progress(
  job INTEGER PRIMARY KEY REFERENCES jobs(id) ON DELETE CASCADE,
  chunks_total INTEGER NOT NULL DEFAULT 0,
  chunks_done INTEGER NOT NULL DEFAULT 0,
  chunks_failed INTEGER NOT NULL DEFAULT 0,
  records INTEGER NOT NULL DEFAULT 0,
  provider_calls INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  last_event INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE chunks(
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
  chunk_id TEXT NOT NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunks_by_id ON chunks(job, chunk_id);
CREATE INDEX chunks_by_status ON chunks(job, status, chunk_id);

CREATE TABLE events(
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  time INTEGER NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_number ON events(job, number);

CREATE TABLE idempotency_keys(
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  route TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  job_id TEXT NOT NULL,
  execution_input TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_by_user ON idempotency_keys(user_id);

CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE published_events(
  id INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE connections(
  user_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  first_week_due INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY(user_id, connection_id)
) STRICT;
CREATE INDEX connections_first_week_due ON connections(connection_id) WHERE first_week_due = 1;

CREATE TABLE pending_authorizations(
  state TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  code_verifier TEXT NOT NULL,
  return_url TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_authorizations_by_end ON pending_authorizations(expires);
CREATE INDEX pending_authorizations_by_user ON pending_authorizations(user_id);

CREATE TABLE entitlements(
  user_id TEXT PRIMARY KEY NOT NULL,
  pro INTEGER NOT NULL,
  issued INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox(
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  push INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_by_user ON inbox(user_id, time, id);

CREATE TABLE quota_budgets(
  key TEXT PRIMARY KEY NOT NULL,
  blocked_until INTEGER,
  consecutive_blocks INTEGER NOT NULL,
  idle_after INTEGER NOT NULL
) STRICT;
CREATE INDEX quota_budgets_idle ON quota_budgets(idle_after);

CREATE TABLE quota_slots(
  budget TEXT NOT NULL REFERENCES quota_budgets(key) ON DELETE CASCADE,
  slot INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY(budget, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE quota_reservations(
  name TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  granted INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  placement TEXT NOT NULL
) STRICT;
CREATE INDEX quota_reservations_by_end ON quota_reservations(expires);
)sql";

// What workers cost.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE job_progress ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_progress ADD COLUMN billed_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_progress ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
UPDATE chunks SET document = json_set(document, '$.billed_seconds', 0);
)sql";

// Push and webhooks. An address (a URL, a token) is a secret: it lies sealed, and is recognised by
// its digest. A delivery that is finished keeps its row without the payload.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE push_subscriptions(
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  address_digest TEXT NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  label TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX push_subscriptions_by_user ON push_subscriptions(user_id, created, id);

CREATE TABLE push_switches(
  user_id TEXT PRIMARY KEY NOT NULL,
  off TEXT NOT NULL
) STRICT;

CREATE TABLE delivery_batches(
  id INTEGER PRIMARY KEY,
  batch TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_batches_by_time ON delivery_batches(created);
CREATE INDEX delivery_batches_by_user ON delivery_batches(user_id);

CREATE TABLE deliveries(
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  user_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  payload TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  due INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  finished INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries(due, id) WHERE finished IS NULL;
CREATE INDEX deliveries_finished ON deliveries(finished) WHERE finished IS NOT NULL;
CREATE INDEX deliveries_by_user ON deliveries(user_id);
)sql";

constexpr Migration kMigrations[] = {{1, kVersion1}, {2, kVersion2}, {3, kVersion3}};

}  // namespace

std::span<const Migration> ColdpathMigrations() { return kMigrations; }

}  // namespace coldpath::stores
