// Every mapping against its golden file (tests/golden/<provider>/<stream>.json and .ndjson).
//
// An input holds the asked days and the body of an answer, written by hand from the provider's own
// schemas. COLDPATH_WRITE_GOLDEN=1 writes the expected files anew: read the difference before you
// keep it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "providers/providers.h"
#include "providers/test_answers.h"
#include "records/ndjson_export.h"

namespace coldpath::providers {
namespace {

// A page as text: its records as the export writes them, then what was rejected, then the rest.
std::string Shown(const std::string& provider, const tasks::PageOrFailure& answer) {
  if (const auto* failure = std::get_if<domain::Failure>(&answer)) {
    return base::DumpJson({{"failure", domain::FailureName(failure->kind)},
                           {"message", failure->message},
                           {"where", failure->where}}) +
           "\n";
  }
  const auto& page = std::get<tasks::Page>(answer);
  std::string out;
  for (const domain::Record& record : page.records) {
    records::AppendExportLine(out, provider, record);
  }
  for (const tasks::Page::Invalid& invalid : page.invalid) {
    out +=
        base::DumpJson({{"invalid", domain::Info(invalid.type).name}, {"where", invalid.where}}) +
        "\n";
  }
  return out +
         base::DumpJson(
             {{"elements", page.elements},
              {"next", page.next_cursor ? base::Json(*page.next_cursor) : base::Json()}}) +
         "\n";
}

void CheckProvider(const tasks::Provider& provider) {
  for (const planner::StreamInfo& stream : provider.info().streams) {
    SCOPED_TRACE(stream.id);
    const GoldenAnswer golden = ReadGoldenAnswer(provider.info().id, stream.id);
    const std::string shown =
        Shown(provider.info().id,
              provider.ReadPage(stream.id, {golden.range, ""}, Answer(200, golden.body), {}));
    const std::string path = GoldenPath(provider.info().id, stream.id, ".ndjson");
    if (std::getenv("COLDPATH_WRITE_GOLDEN") != nullptr) std::ofstream(path) << shown;
    EXPECT_EQ(shown, ReadWholeFile(path));
  }
}

TEST(Golden, GoogleHealth) { CheckProvider(*MakeGoogleHealth({})); }
TEST(Golden, Oura) { CheckProvider(*MakeOura({})); }

}  // namespace
}  // namespace coldpath::providers
