// The fuzz targets in the normal suite: a bounded number of changes of each seed, the same ones in
// every run. Changes that get through are changed further, so that it comes farther than one step
// from the seeds.
#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdlib>

#include "base/json.h"
#include "fuzz_targets.h"
#include "mutate.h"

namespace coldpath::fuzz {
namespace {

// Of each target; COLDPATH_FUZZ_INPUTS asks for more.
int Inputs() {
  const char* wanted = std::getenv("COLDPATH_FUZZ_INPUTS");
  return wanted == nullptr ? 1'500 : std::atoi(wanted);
}
constexpr std::size_t kLongest = 64u << 10;

class FuzzTest : public testing::TestWithParam<FuzzTarget> {};
void ShowInput(const std::string& input) {
  ADD_FAILURE() << "for the input " << base::DumpJson(base::Json(input)).substr(0, 4'000);
}

TEST_P(FuzzTest, NothingSentByOthersBreaksIt) {
  const FuzzTarget& target = GetParam();
  ASSERT_FALSE(target.seeds.empty());
  std::vector<std::string> corpus = target.seeds;
  base::SeededRandom random(42);
  for (const std::string& seed : target.seeds) {
    ASSERT_FALSE(seed.empty());
    ASSERT_EQ(target.run(seed), "") << seed;
  }
  ASSERT_EQ(target.run(""), "");
  const int inputs = Inputs();
  for (int i = 0; i < inputs; ++i) {
    const std::size_t place = random.NextUint64() % corpus.size();
    std::string input = Mutate(corpus[place], random).substr(0, kLongest);
    const auto start = std::chrono::steady_clock::now();
    const std::string complaint = target.run(input);
    // A thousand times what the slowest takes.
    if (std::chrono::steady_clock::now() - start > std::chrono::seconds(10)) {
      ShowInput(input);
      FAIL() << "It takes too long.";
    }
    if (!complaint.empty()) {
      ShowInput(input);
      FAIL() << complaint;
    }
    if (i % 4 == 0) {
      if (corpus.size() < 64) {
        corpus.push_back(std::move(input));
      } else if (place >= target.seeds.size()) {
        corpus[place] = std::move(input);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzTest, testing::ValuesIn(FuzzTargets()), [](const auto& test) {
  std::string name = test.param.name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
});

}  // namespace

void PrintTo(const FuzzTarget& target, std::ostream* out) { *out << target.name; }

}  // namespace coldpath::fuzz
