// Rules of the house that the compiler does not see: where a third-party header may be included,
// what must not be called where, how long files, lines and functions may be. Each finding names
// file, line and rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct SourceFile {
  std::string path;    // "src/net/http_server.cc"
  std::string folder;  // "net"; "sandbox", "tests", ... outside src/
  std::vector<std::string> lines;
};

bool IsCpp(const fs::path& path) { return path.extension() == ".cc" || path.extension() == ".h"; }

std::vector<SourceFile> LoadSources() {
  const fs::path root = COLDPATH_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const char* top : {"src", "sandbox", "tests", "bench"}) {
    if (!fs::exists(root / top)) continue;
    for (auto entry = fs::recursive_directory_iterator(root / top);
         entry != fs::recursive_directory_iterator(); ++entry) {
      if (entry->path().filename() == "node_modules") {
        entry.disable_recursion_pending();
        continue;
      }
      if (!entry->is_regular_file() || !IsCpp(entry->path())) continue;
      SourceFile file;
      const fs::path relative = fs::relative(entry->path(), root);
      file.path = relative.string();
      auto part = relative.begin();
      file.folder = part->string() == "src" ? (++part)->string() : part->string();
      std::ifstream stream(entry->path());
      for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
      files.push_back(std::move(file));
    }
  }
  return files;
}

const std::vector<SourceFile>& Sources() {
  static const std::vector<SourceFile> files = LoadSources();
  return files;
}

std::string At(const SourceFile& file, std::size_t index) {
  return file.path + ":" + std::to_string(index + 1) + ": ";
}

std::string WithoutComment(const std::string& line) {
  const auto comment = line.find("//");
  return comment == std::string::npos ? line : line.substr(0, comment);
}

bool IsTest(const SourceFile& file) {
  return file.path.ends_with("_test.cc") || file.path.ends_with("_contract.h") ||
         file.folder == "tests" || file.folder == "bench";
}

TEST(Tidy, ThirdPartyHeadersHaveOneHome) {
  const std::vector<std::pair<std::regex, std::set<std::string>>> homes = {
      {std::regex("#include <boost/"), {"net"}},
      {std::regex("#include <curl/"), {"net"}},
      {std::regex("#include <sqlite3"), {"stores"}},
      {std::regex("#include <openssl/"), {"base", "net"}},
      {std::regex("#include <nlohmann/"), {"base"}},
      {std::regex("#include <CLI/"), {"cli"}},
      {std::regex("#include <date/"), {"base"}},
      {std::regex("#include <zstd"), {"records"}},
      {std::regex("#include <prometheus/"), {"app"}},
  };
  for (const SourceFile& file : Sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!file.lines[i].starts_with("#include")) continue;
      for (const auto& [header, folders] : homes) {
        EXPECT_FALSE(std::regex_search(file.lines[i], header) && !folders.contains(file.folder))
            << At(file, i) << "this header has its home elsewhere: " << file.lines[i];
      }
    }
  }
}

TEST(Tidy, IncludesNameTheFolder) {
  for (const SourceFile& file : Sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(file.lines[i].starts_with("#include \"../"))
          << At(file, i) << "include by folder name";
    }
  }
}

// Time, randomness and threads reach the core only through its ports.
TEST(Tidy, TheCoreRunsInSimulatedTime) {
  const std::set<std::string> adapters = {"base", "net", "app", "cli", "sim", "sandbox", "bench"};
  const std::regex banned(
      R"(system_clock::now|steady_clock::now|high_resolution_clock|random_device|mt19937|std::thread|std::jthread|this_thread|\brand\(\)|\bsleep\(|usleep|std::async)");
  for (const SourceFile& file : Sources()) {
    if (adapters.contains(file.folder) || IsTest(file)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(WithoutComment(file.lines[i]), banned))
          << At(file, i) << "use the ports Clock, Random, Executor: " << file.lines[i];
    }
  }
}

// A test that sleeps and hopes is slow when it passes and useless when it fails.
TEST(Tidy, TestsDoNotSleep) {
  const std::regex banned(R"(sleep_for|sleep_until|\bsleep\(|usleep\()");
  for (const SourceFile& file : Sources()) {
    if (!IsTest(file) || file.path == "tests/tidy_test.cc") continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(WithoutComment(file.lines[i]), banned))
          << At(file, i) << "wait for what you expect, or use simulated time";
    }
  }
}

// g++ 12.2 miscompiles coroutines (docs/adr).
TEST(Tidy, NoCoroutines) {
  const std::regex banned(R"(\bco_(await|return|yield)\b)");
  for (const SourceFile& file : Sources()) {
    if (file.path == "tests/tidy_test.cc") continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], banned)) << At(file, i) << "no coroutines";
    }
  }
}

TEST(Tidy, NothingIsLeftUnfinished) {
  const std::regex banned(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  for (const SourceFile& file : Sources()) {
    if (file.path == "tests/tidy_test.cc") continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], banned)) << At(file, i) << file.lines[i];
    }
  }
}

TEST(Tidy, FilesAndLinesAreShort) {
  for (const SourceFile& file : Sources()) {
    EXPECT_LE(file.lines.size(), 600u) << file.path << " holds more than one idea";
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      // A string that cannot be broken (a URL, a test vector) may be longer.
      const bool literal = file.lines[i].find('"') != std::string::npos;
      EXPECT_TRUE(literal || file.lines[i].size() <= 100)
          << At(file, i) << "longer than 100 columns";
      EXPECT_EQ(file.lines[i].find('\t'), std::string::npos) << At(file, i) << "holds a tab";
    }
  }
}

// A function's body begins in column 0 of its closing brace; 70 lines fit on a screen.
TEST(Tidy, FunctionsAreShort) {
  for (const SourceFile& file : Sources()) {
    if (IsTest(file)) continue;
    std::size_t start = 0;
    bool inside = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      const bool opens = !line.empty() && line[0] != ' ' && line[0] != '#' && line[0] != '}' &&
                         line.ends_with("{") && line.find('(') != std::string::npos;
      if (opens) {
        start = i;
        inside = true;
      } else if (inside && line.starts_with("}")) {
        EXPECT_LE(i - start, 70u) << At(file, start) << "function of " << i - start << " lines";
        inside = false;
      }
    }
  }
}

TEST(Tidy, HeadersAreGuardedAndExplained) {
  for (const SourceFile& file : Sources()) {
    if (!file.path.ends_with(".h")) continue;
    ASSERT_FALSE(file.lines.empty()) << file.path;
    EXPECT_TRUE(file.lines[0].starts_with("//")) << file.path << ":1: say what the header is for";
    const bool guarded =
        std::any_of(file.lines.begin(), file.lines.end(),
                    [](const std::string& line) { return line.starts_with("#ifndef COLDPATH_"); });
    EXPECT_TRUE(guarded) << file.path << " has no include guard";
  }
}

// Each folder of the table uses only folders that stand above it.
TEST(Tidy, TheTableOfModulesIsInOrder) {
  std::ifstream stream(fs::path(COLDPATH_SOURCE_DIR) / "CMakeLists.txt");
  std::set<std::string> known;
  const std::regex row(R"(^module\((\w+)(.*)\)$)");
  int rows = 0;
  for (std::string line; std::getline(stream, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    ++rows;
    std::istringstream words(match[2].str());
    bool uses = false;
    for (std::string word; words >> word;) {
      if (word == "USES") {
        uses = true;
      } else if (word == "PUBLICLY" || word == "PRIVATELY" || word == "TESTED_WITH") {
        uses = false;
      } else if (uses) {
        EXPECT_TRUE(known.contains(word))
            << match[1] << " uses " << word << ", which stands below it";
      }
    }
    known.insert(match[1].str());
  }
  EXPECT_GE(rows, 10);
}

// `npm ci` refuses a lock that does not name every optional package of what it locks, and a
// registry without a package for some other platform leaves such a lock behind.
TEST(Tidy, NpmLocksAreComplete) {
  const std::regex locked(R"re(^    "(?:.*/)?node_modules/([^"]+)": \{$)re");
  const std::regex optional(R"re(^        "([^"]+)": "[^"]*",?$)re");
  for (const char* folder : {"web", "tests/npm", "tests/web"}) {
    std::ifstream stream(fs::path(COLDPATH_SOURCE_DIR) / folder / "package-lock.json");
    ASSERT_TRUE(stream.is_open()) << folder;
    std::set<std::string> packages;
    std::set<std::string> wanted;
    bool inside = false;
    for (std::string line; std::getline(stream, line);) {
      std::smatch match;
      if (std::regex_match(line, match, locked)) packages.insert(match[1].str());
      if (inside && std::regex_match(line, match, optional)) wanted.insert(match[1].str());
      if (line.ends_with("{") || line.starts_with("      }")) {
        inside = line == "      \"optionalDependencies\": {";
      }
    }
    EXPECT_FALSE(packages.empty()) << folder;
    for (const std::string& name : wanted) {
      EXPECT_TRUE(packages.contains(name)) << folder << " locks no " << name;
    }
  }
}

}  // namespace
