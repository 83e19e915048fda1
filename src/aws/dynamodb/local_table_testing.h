// A table of its own on DynamoDB Local, for tests: made by the constructor, gone with the object.
#ifndef COLDPATH_AWS_DYNAMODB_LOCAL_TABLE_TESTING_H_
#define COLDPATH_AWS_DYNAMODB_LOCAL_TABLE_TESTING_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "aws/aws_testing.h"
#include "aws/dynamodb/dynamo_table.h"
#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws::dynamodb {

inline constexpr const char* kDynamoDbVariable = "COLDPATH_TEST_DYNAMODB";

class LocalTable {
 public:
  // REQUIRES: EmulatorUrl(kDynamoDbVariable).
  LocalTable() { Call("CreateTable", CreateTableRequest(name_)); }
  ~LocalTable() { Call("DeleteTable", {{"TableName", name_}}); }
  LocalTable(const LocalTable&) = delete;
  LocalTable& operator=(const LocalTable&) = delete;

  DynamoTable& table() { return table_; }
  base::Json Call(const std::string& operation, const base::Json& body) {
    auto answer = Shared().aws.client.CallJson("dynamodb", "DynamoDB_20120810." + operation, body);
    EXPECT_TRUE(answer) << operation << ": " << Describe(answer.error());
    return answer ? *std::move(answer) : base::Json::object();
  }

 private:
  // One client for the whole program: connections are kept.
  struct World {
    EmulatedAws aws{*EmulatorUrl(kDynamoDbVariable)};
    base::Mutex mutex;
    base::CondVar never;

    // Writers that lost against others come back one after the other, as in production.
    void Pause(base::Duration span) {
      base::MutexLock lock(mutex);
      const base::Instant until = aws.clock->Now() + span;
      while (aws.clock->Now() < until) never.WaitUntil(mutex, until);
    }
    AwsPorts Ports() {
      return {*aws.http, *aws.clock, *aws.random, aws.log,
              [this](base::Duration span) { Pause(span); }};
    }
  };
  static World& Shared() {
    static World world;
    return world;
  }
  static std::string NewName() {
    static std::atomic<int> made = 0;
    return "coldpath-" + std::to_string(::getpid()) + "-" + std::to_string(made++);
  }

  const std::string name_ = NewName();
  DynamoTable table_{Shared().aws.client, Shared().Ports(), name_};
};

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_LOCAL_TABLE_TESTING_H_
