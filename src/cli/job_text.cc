#include "cli/job_text.h"

#include <algorithm>

namespace coldpath::cli {
namespace {

std::string Text(const base::Json& json, std::string_view key) {
  return base::FindString(json, key).value_or("");
}
std::int64_t Integer(const base::Json& json, std::string_view key) {
  return base::FindInteger(json, key).value_or(0);
}

std::string TitleOf(const std::string& type) {
  const auto known = domain::FindDataType(type);
  return known ? std::string(domain::Info(*known).title) : type;
}

std::string Bar(const Terminal& terminal, double share, int width) {
  const int full = std::clamp(static_cast<int>(share * width), 0, width);
  std::string done;
  std::string left;
  for (int i = 0; i < width; ++i) (i < full ? done : left) += i < full ? "█" : "░";
  return terminal.Paint(Style::kGreen, done) + terminal.Paint(Style::kDim, left);
}

std::string RangeText(const base::Json& range) {
  return Text(range, "start") + " to " + Text(range, "end");
}

}  // namespace

JobSummary ReadJob(const base::Json& json) {
  JobSummary job;
  job.id = Text(json, "id");
  job.status = Text(json, "status");
  job.outcome = Text(json, "outcome");
  job.phase = Text(json, "phase");
  job.provider = Text(json, "provider");
  job.kind = Text(json, "kind");
  job.start = Text(json, "start");
  job.end = Text(json, "end");
  job.failure = Text(json, "failure");
  if (const base::Json* progress = base::FindMember(json, "progress")) {
    job.chunks_total = Integer(*progress, "chunks_total");
    job.chunks_done = Integer(*progress, "chunks_done");
    job.chunks_failed = Integer(*progress, "chunks_failed");
    job.records = Integer(*progress, "records");
    job.calls = Integer(*progress, "provider_calls");
    job.bytes = Integer(*progress, "bytes");
  }
  job.minimum_calls = Integer(json, "minimum_calls");
  if (const base::Json* remaining = base::FindMember(json, "remaining")) {
    job.remaining_seconds = base::FindNumber(*remaining, "seconds");
  }
  if (const base::Json* waiting = base::FindMember(json, "waiting"))
    job.waiting = Text(*waiting, "text");
  return job;
}

std::string OutcomeText(const Terminal& terminal, const JobSummary& job) {
  if (job.status == "FAILED") {
    return terminal.Paint(Style::kRed, "failed") + (job.failure.empty() ? "" : ": " + job.failure);
  }
  if (job.paused()) return terminal.Paint(Style::kYellow, "paused");
  if (!job.ended()) return terminal.Paint(Style::kBlue, job.phase.empty() ? job.status : job.phase);
  if (job.outcome == "complete") return terminal.Paint(Style::kGreen, "complete");
  if (job.outcome == "complete_with_gaps") {
    return terminal.Paint(Style::kYellow, "finished with gaps") + ": " +
           FormatCount(job.chunks_failed) + " of " + Plural(job.chunks_total, "chunk", "chunks") +
           " failed";
  }
  if (job.outcome == "provider_limited") {
    return terminal.Paint(Style::kYellow, "stopped by the provider's quota") + ": " +
           Plural(job.chunks_failed, "chunk", "chunks") + " left to retry";
  }
  if (job.outcome == "needs_reauth") {
    return terminal.Paint(Style::kYellow, "the connection has to be renewed") +
           ": `coldpath connect " + job.provider + "`, then retry";
  }
  return terminal.Paint(Style::kYellow, job.outcome);
}

std::string JobText(const Terminal& terminal, const JobSummary& job) {
  std::string out = terminal.Paint(Style::kBold, job.id) + "  " + job.provider + "  " + job.start +
                    " to " + job.end + (job.kind == "first_week" ? "  (first week)" : "") + "\n";
  out += "  " + OutcomeText(terminal, job) + "\n";
  if (job.chunks_total > 0) {
    out += "  " + FormatCount(job.chunks_done) + " of " +
           Plural(job.chunks_total, "chunk", "chunks") + ", " +
           Plural(job.records, "record", "records") + ", " +
           Plural(job.calls, "provider call", "provider calls") + ", " + FormatBytes(job.bytes) +
           " received\n";
  }
  if (!job.waiting.empty()) out += "  " + job.waiting + "\n";
  if (job.remaining_seconds && !job.ended())
    out += "  about " + FormatSeconds(*job.remaining_seconds) + " left\n";
  return out;
}

std::string ProgressLine(const Terminal& terminal, const JobSummary& job) {
  const double share = job.chunks_total == 0 ? 0
                                             : static_cast<double>(job.chunks_done) /
                                                   static_cast<double>(job.chunks_total);
  std::string line = PadRight(job.provider, 13) + " " +
                     Bar(terminal, share, std::clamp(terminal.width / 4, 10, 40)) + " " +
                     PadLeft(std::to_string(static_cast<int>(share * 100)), 3) + " %  " +
                     FormatCount(job.chunks_done) + "/" + FormatCount(job.chunks_total) +
                     " chunks  " + Plural(job.records, "record", "records") + "  " +
                     Plural(job.calls, "call", "calls");
  if (job.chunks_failed > 0)
    line += "  " + terminal.Paint(Style::kRed, FormatCount(job.chunks_failed) + " failed");
  if (!job.waiting.empty()) {
    line += "  " + terminal.Paint(Style::kYellow, job.waiting);
  } else if (job.remaining_seconds && !job.ended()) {
    line += "  " + FormatSeconds(*job.remaining_seconds) + " left";
  }
  return line;
}

std::string FailuresText(const Terminal& terminal, const base::Json& failures) {
  const base::Json* groups = base::FindMember(failures, "groups");
  if (groups == nullptr || !groups->is_array() || groups->empty()) return "Nothing failed.\n";
  std::string out;
  for (const base::Json& group : *groups) {
    out += terminal.Paint(Style::kRed, Text(group, "kind")) + "  " +
           Plural(Integer(group, "chunks"), "chunk", "chunks") + "\n  " + Text(group, "message") +
           "\n";
    const base::Json* types = base::FindMember(group, "types");
    if (types == nullptr) continue;
    for (const base::Json& type : *types) {
      out += "  " + PadRight(TitleOf(Text(type, "type")), 32);
      std::string ranges;
      if (const base::Json* list = base::FindMember(type, "ranges")) {
        for (const base::Json& range : *list)
          ranges += (ranges.empty() ? "" : ", ") + RangeText(range);
      }
      out += ranges + "\n";
    }
  }
  return out;
}

std::vector<CalendarRow> CoverageRows(const base::Json& coverage) {
  std::vector<CalendarRow> rows;
  const base::Json* types = base::FindMember(coverage, "types");
  if (types == nullptr || !types->is_array()) return rows;
  for (const base::Json& type : *types) {
    const auto start = base::ParseDate(Text(type, "start"));
    const std::string days = Text(type, "days");
    if (!start || days.empty()) continue;
    rows.push_back({TitleOf(Text(type, "type")),
                    {{*start, *start + std::chrono::days(static_cast<int>(days.size()))}, days}});
  }
  return rows;
}

}  // namespace coldpath::cli
