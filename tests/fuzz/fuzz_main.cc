// coldpath_fuzz: one target under libFuzzer, for as long as one likes. CMakeLists.txt says how it
// is built.
//
//   COLDPATH_FUZZ_TARGET=asl_path build/fuzz/tests/fuzz/coldpath_fuzz -max_total_time=60 corpus/
//
// COLDPATH_FUZZ_SEEDS=<folder> writes the target's built-in seeds there first. Without a target the
// names of all are listed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "fuzz_targets.h"
#include "mutate.h"

namespace {

using coldpath::fuzz::FuzzTarget;

const FuzzTarget& Chosen() {
  static const FuzzTarget& target = []() -> const FuzzTarget& {
    const char* name = std::getenv("COLDPATH_FUZZ_TARGET");
    for (const FuzzTarget& one : coldpath::fuzz::FuzzTargets()) {
      if (name != nullptr && one.name == name) return one;
    }
    std::fputs("Set COLDPATH_FUZZ_TARGET to one of:\n", stderr);
    for (const FuzzTarget& one : coldpath::fuzz::FuzzTargets()) {
      std::fprintf(stderr, "  %s\n", one.name.c_str());
    }
    std::exit(2);
  }();
  return target;
}

}  // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const FuzzTarget& target = Chosen();
  const char* folder = std::getenv("COLDPATH_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const std::string& seed : target.seeds) {
    std::ofstream(std::string(folder) + "/seed-" + std::to_string(++number), std::ios::binary)
        << seed;
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  coldpath::base::SeededRandom random(seed);
  if (seed % 2 == 0) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string changed = coldpath::fuzz::MutateJson(text, random);
    if (!changed.empty() && changed.size() <= max_size) {
      std::ranges::copy(changed, data);
      return changed.size();
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string complaint =
      Chosen().run(std::string_view(reinterpret_cast<const char*>(data), size));
  if (complaint.empty()) return 0;
  std::fprintf(stderr, "%s: %s\n", Chosen().name.c_str(), complaint.c_str());
  std::abort();
}
