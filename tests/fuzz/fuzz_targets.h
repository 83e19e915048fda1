// Every place where text that somebody else wrote enters the program, as a function of its bytes.
// Two drivers run them: fuzz_test (bounded and repeatable, in the normal suite) and coldpath_fuzz
// (libFuzzer, see CMakeLists.txt).
#ifndef COLDPATH_FUZZ_FUZZ_TARGETS_H_
#define COLDPATH_FUZZ_FUZZ_TARGETS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace coldpath::fuzz {

struct FuzzTarget {
  std::string name;
  // What was found wrong with how the bytes were taken, empty if nothing was. Crashes and hangs
  // speak for themselves.
  std::function<std::string(std::string_view)> run;
  std::vector<std::string> seeds;
};

const std::vector<FuzzTarget>& FuzzTargets();

// The parts of that list (fuzz_targets_*.cc).
std::vector<FuzzTarget> BaseTargets();      // base/, net/, records/: text, time, crypto, files
std::vector<FuzzTarget> LanguageTargets();  // asl/, tasks/, api/ and the sandbox's filter
std::vector<FuzzTarget> ProviderTargets();  // every stream and the grants of every provider
std::vector<FuzzTarget> AwsTargets();       // aws/: what services answer, sealed secrets
// notifications/, service/: signed webhooks, entitlement events, what push services answer
std::vector<FuzzTarget> NotificationTargets();

}  // namespace coldpath::fuzz

#endif  // COLDPATH_FUZZ_FUZZ_TARGETS_H_
