// asl-conformance [--level N] [--json] DIR...: compares the embedded engine with what AWS Step
// Functions was recorded doing. Exit code 0 if every case reaches its level, 1 if not, 77 if a DIR
// is not there, 2 for a wrong command line.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "execution_case.h"
#include "scope.h"
#include "verdict.h"

namespace coldpath::conformance {
namespace {

using base::Json;

struct Options {
  int level = kHighestLevel;
  bool json = false;
  std::vector<std::string> folders;
};

struct Category {
  int cases = 0;
  int passed[kHighestLevel + 1] = {};  // by level; [0] is unused
  std::vector<std::string> failed;
  std::map<std::string, int> left_out;  // by reason
};

std::vector<std::filesystem::path> CaseFiles(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

base::Result<Json> ReadCase(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return base::ParseJson(text);
}

Verdict Judge(const Json& recorded) {
  if (const auto reason = NotAsked(recorded)) return Verdict::LeftOut(*reason);
  if (recorded.contains("execution_name")) return JudgeExecution(recorded);
  return JudgeDefinition(recorded);
}

void Count(const Json& recorded, const Verdict& verdict, const Options& options,
           Category& category) {
  if (verdict.left_out) {
    ++category.left_out[*verdict.left_out];
    return;
  }
  ++category.cases;
  for (int level = 1; level <= verdict.level; ++level) ++category.passed[level];
  if (verdict.level >= options.level) return;
  const std::string id = recorded.value("id", "");
  category.failed.push_back(id);
  std::fprintf(stderr, "%s: level %d; %s\n", id.c_str(), verdict.level, verdict.difference.c_str());
}

Json AsJson(const std::string& name, const Category& category) {
  Json json = {{"category", name}, {"cases", category.cases}, {"failed", category.failed}};
  for (int level = 1; level <= kHighestLevel; ++level) {
    json["passed_level_" + std::to_string(level)] = category.passed[level];
  }
  if (!category.left_out.empty()) json["left_out"] = category.left_out;
  return json;
}

void Print(const std::string& name, const Category& category) {
  std::printf("%-40s %5d cases", name.c_str(), category.cases);
  for (int level = 1; level <= kHighestLevel; ++level) std::printf(" %5d", category.passed[level]);
  for (const auto& [reason, count] : category.left_out) {
    std::printf("   (%d left out: %s)", count, reason.c_str());
  }
  std::printf("\n");
}

int Run(const Options& options) {
  std::map<std::string, Category> categories;
  for (const std::string& folder : options.folders) {
    if (!std::filesystem::is_directory(folder)) {
      std::fprintf(stderr, "asl-conformance: skipped, there is no folder %s\n", folder.c_str());
      return 77;
    }
    for (const auto& path : CaseFiles(folder)) {
      const auto recorded = ReadCase(path);
      if (!recorded || !recorded->contains("id")) continue;
      const std::string name = recorded->value("group", "") + "/" + recorded->value("category", "");
      Count(*recorded, Judge(*recorded), options, categories[name]);
    }
  }
  Category total;
  for (const auto& [name, category] : categories) {
    total.cases += category.cases;
    for (int level = 1; level <= kHighestLevel; ++level) {
      total.passed[level] += category.passed[level];
    }
    total.failed.insert(total.failed.end(), category.failed.begin(), category.failed.end());
    if (options.json) {
      std::printf("%s\n", base::DumpJson(AsJson(name, category)).c_str());
    } else if (category.cases > 0 || !category.left_out.empty()) {
      Print(name, category);
    }
  }
  if (options.json) {
    std::printf("%s\n", base::DumpJson(AsJson("total", total)).c_str());
  } else {
    Print("total", total);
  }
  return total.failed.empty() ? 0 : 1;
}

}  // namespace
}  // namespace coldpath::conformance

int main(int argc, char** argv) {
  coldpath::conformance::Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) {
      options.json = true;
    } else if (std::strcmp(argv[i], "--level") == 0 && i + 1 < argc) {
      options.level = std::atoi(argv[++i]);
    } else if (argv[i][0] != '-') {
      options.folders.emplace_back(argv[i]);
    } else {
      options.folders.clear();
      break;
    }
  }
  if (options.folders.empty() || options.level < 1 ||
      options.level > coldpath::conformance::kHighestLevel) {
    std::fprintf(stderr, "usage: asl-conformance [--level 1..4] [--json] DIR...\n");
    return 2;
  }
  return coldpath::conformance::Run(options);
}
