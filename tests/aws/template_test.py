"""deploy/aws/template.yaml: clean for cfn-lint, in step with the workflow and the program, no role
that may more than it needs, and deployed onto moto as far as moto goes.

  tests/aws/emulators.sh sh -c '"$COLDPATH_AWS_PYTHON" tests/aws/template_test.py'

Without COLDPATH_TEST_MOTO the deployment is skipped, the rest runs.
"""
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_FILE = ROOT / "deploy/aws/template.yaml"
DEFINITION_FILE = ROOT / "workflow/historical_sync.asl.json"
TEMPLATE = cfn_yaml.load(str(TEMPLATE_FILE))
RESOURCES = TEMPLATE["Resources"]
DEFINITION = DEFINITION_FILE.read_text()

# Statements whose resource is "*": AWS allows no other (Service Authorization Reference).
NO_RESOURCE = {
    ("StateMachineRole", "Logs"): "the delivery of logs has no resource type",
    ("WorkerExecutionRole", "Registry"): "ecr:GetAuthorizationToken has no resource type",
}

# What moto 5.2 has no CloudFormation for: it passes over such resources and says nothing.
NOT_IN_MOTO = {
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage", "AWS::Budgets::Budget",
    "AWS::CloudWatch::Alarm", "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::Lambda::EventInvokeConfig", "AWS::Logs::MetricFilter", "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}


def of_type(kind):
    return {name: body for name, body in RESOURCES.items() if body["Type"] == kind}


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(role):
    for policy in role["Properties"].get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def text_of(value):
    """A value with its intrinsic functions, as one string."""
    return value if isinstance(value, str) else json.dumps(value)


class Lint(unittest.TestCase):
    def test_cfn_lint_finds_nothing(self):
        lint = Path(sys.executable).with_name("cfn-lint")
        done = subprocess.run([str(lint), "--include-checks", "I", "--ignore-checks", "I3011,I3013,I3042",
                               "--", str(TEMPLATE_FILE)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_is_small_enough_for_a_template_in_s3(self):
        self.assertLess(TEMPLATE_FILE.stat().st_size, 1_000_000)

    def test_it_uses_no_yaml_that_cloudformation_refuses(self):
        for number, line in enumerate(TEMPLATE_FILE.read_text().splitlines(), 1):
            self.assertNotRegex(line, r":\s[&*][A-Za-z]", f"line {number}: anchors and aliases")


class Workflow(unittest.TestCase):
    machine = RESOURCES["StateMachine"]["Properties"]

    def test_every_placeholder_has_a_substitution_and_no_other(self):
        used = set(re.findall(r"\$\{([^}]+)\}", DEFINITION))
        self.assertEqual(used, set(self.machine["DefinitionSubstitutions"]))

    def test_the_definition_is_the_file_in_s3(self):
        self.assertEqual(set(self.machine["DefinitionS3Location"]), {"Bucket", "Key"})
        self.assertNotIn("DefinitionString", self.machine)
        self.assertNotIn("Definition", self.machine)

    def test_functions_are_those_that_the_program_knows(self):
        header = (ROOT / "src/tasks/workflow_names.h").read_text()
        known = set(re.findall(r'k\w+Function = "([a-z-]+)"', header)) | {"api", "recover"}
        named = {}
        for name, function in of_type("AWS::Lambda::Function").items():
            variables = function["Properties"]["Environment"]["Variables"]
            named[variables["COLDPATH_FUNCTION"]] = name
        self.assertEqual(set(named), known)
        for placeholder, value in self.machine["DefinitionSubstitutions"].items():
            if not placeholder.endswith("FunctionArn"):
                continue
            logical = as_list(value["Fn::GetAtt"])[0].split(".")[0]
            self.assertEqual(logical + "Arn", placeholder)
            self.assertIn(logical, named.values())

    def test_the_worker_is_the_container_that_the_definition_overrides(self):
        overridden = set(re.findall(r'"Name": "(\w+)",\s*"Environment"', DEFINITION))
        containers = RESOURCES["WorkerTask"]["Properties"]["ContainerDefinitions"]
        self.assertEqual({c["Name"] for c in containers}, overridden)
        providers = set(re.findall(r'"CapacityProvider": "(\w+)"', DEFINITION))
        capacity = RESOURCES["ClusterCapacity"]["Properties"]
        self.assertEqual(set(capacity["CapacityProviders"]), providers)

    def test_the_rule_is_on_exactly_this_state_machine_and_its_bad_ends(self):
        pattern = RESOURCES["ExecutionEndedRule"]["Properties"]["EventPattern"]
        self.assertEqual(pattern["detail"]["stateMachineArn"], [{"Ref": "StateMachine"}])
        self.assertEqual(sorted(pattern["detail"]["status"]), ["ABORTED", "FAILED", "TIMED_OUT"])
        target, = RESOURCES["ExecutionEndedRule"]["Properties"]["Targets"]
        self.assertIn("Arn", target["DeadLetterConfig"])

    def test_the_state_machine_is_named_alike_everywhere(self):
        name = self.machine["StateMachineName"]["Fn::Sub"].replace("${AWS::StackName}", "")
        mentions = re.findall(r"(?:stateMachine|execution):\$\{AWS::StackName\}([a-z-]+)",
                              TEMPLATE_FILE.read_text())
        self.assertGreater(len(mentions), 5)
        self.assertEqual(set(mentions), {name})


class Configuration(unittest.TestCase):
    def test_every_variable_is_documented(self):
        documented = set(re.findall(r"COLDPATH_[A-Z_]+",
                                    (ROOT / "docs/aws/configuration.md").read_text()))
        used = {name for name in re.findall(r"COLDPATH_[A-Z_]+", TEMPLATE_FILE.read_text())}
        self.assertEqual(used - documented, set())

    def test_open_routes_are_open_in_the_program(self):
        router = (ROOT / "src/api/router.cc").read_text()
        open_there = {f"{method} {path}" for method, path in
                      re.findall(r'\{"([A-Z]+)", "([^"]+)", kOpen', router)}
        routes = {r["Properties"]["RouteKey"]: r["Properties"]["AuthorizationType"]
                  for r in of_type("AWS::ApiGatewayV2::Route").values()}
        open_here = {key for key, kind in routes.items() if kind == "NONE"}
        self.assertEqual(open_here, {"GET /v1/oauth/callback", "GET /healthz", "GET /openapi.json"})
        self.assertLessEqual(open_here, open_there)
        self.assertEqual(routes["$default"], "JWT")

    def test_alarms_read_lines_that_the_program_writes(self):
        sources = "".join(p.read_text() for p in (ROOT / "src/tasks").glob("*.cc"))
        outcomes = (ROOT / "src/domain/job.cc").read_text() + sources
        for name, body in of_type("AWS::Logs::MetricFilter").items():
            pattern = body["Properties"]["FilterPattern"]
            for event in re.findall(r'\$\.event = "(\w+)"', pattern):
                self.assertIn(f'"{event}"', sources, name)
            for outcome in re.findall(r'\$\.outcome !?= "(\w+)"', pattern):
                self.assertIn(f'"{outcome}"', outcomes, name)
            for field in re.findall(r"\$\.(\w+)", pattern):
                if field != "event":
                    self.assertIn(f'{{"{field}"', sources, name)

    def test_every_alarm_reaches_somebody(self):
        alarms = of_type("AWS::CloudWatch::Alarm")
        self.assertGreater(len(alarms), 10)
        for name, body in alarms.items():
            self.assertEqual(body["Properties"]["AlarmActions"], [{"Ref": "Alarms"}], name)

    def test_every_log_is_forgotten(self):
        for name, body in of_type("AWS::Logs::LogGroup").items():
            self.assertEqual(body["Properties"]["RetentionInDays"], {"Ref": "LogRetentionDays"}, name)


class Roles(unittest.TestCase):
    def test_every_function_has_a_role_and_a_log_of_its_own(self):
        functions = of_type("AWS::Lambda::Function")
        roles = [text_of(f["Properties"]["Role"]) for f in functions.values()]
        logs = [text_of(f["Properties"]["LoggingConfig"]["LogGroup"]) for f in functions.values()]
        self.assertEqual(len(set(roles)), len(functions))
        self.assertEqual(len(set(logs)), len(functions))

    def test_no_role_may_do_anything_to_everything(self):
        seen = set()
        for name, role in of_type("AWS::IAM::Role").items():
            self.assertNotIn("ManagedPolicyArns", role["Properties"], name)
            for statement in statements(role):
                self.assertEqual(statement["Effect"], "Allow")
                for action in as_list(statement["Action"]):
                    self.assertRegex(action, r"^[a-z0-9-]+:[A-Za-z]+$", f"{name}: {action}")
                for resource in as_list(statement["Resource"]):
                    text = text_of(resource)
                    if text == "*":
                        key = (name, statement["Sid"])
                        self.assertIn(key, NO_RESOURCE)
                        seen.add(key)
                        continue
                    # A service's ARN with a "*" in the place of account or Region is as good as "*".
                    self.assertNotRegex(text, r"arn:[^:]*:[a-z0-9]*:(\*|[^:]*:\*)", name)
        self.assertEqual(seen, set(NO_RESOURCE), "an exception that is no longer needed")

    def test_tokens_can_be_read_only_where_providers_are_called(self):
        holders = {name for name, role in of_type("AWS::IAM::Role").items()
                   for s in statements(role) if "kms:Decrypt" in as_list(s["Action"])}
        self.assertEqual(holders, {"ApiRole", "RecoverRole", "WorkerRole"})

    def test_only_the_api_and_recovery_start_executions(self):
        starters = {name for name, role in of_type("AWS::IAM::Role").items()
                    for s in statements(role) if "states:StartExecution" in as_list(s["Action"])}
        self.assertEqual(starters, {"ApiRole", "RecoverRole", "StateMachineRole"})


class Storage(unittest.TestCase):
    bucket = RESOURCES["Artifacts"]["Properties"]

    def test_the_bucket_is_private_and_tiered(self):
        self.assertEqual(set(self.bucket["PublicAccessBlockConfiguration"].values()), {True})
        rules = {r["Id"]: r for r in self.bucket["LifecycleConfiguration"]["Rules"]}
        transition, = rules["IntelligentTiering"]["Transitions"]
        self.assertEqual(transition, {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0})
        self.assertIn("AbortIncompleteMultipartUpload", rules["AbandonedUploads"])
        self.assertEqual(rules["RawPayloads"]["ExpirationInDays"], {"Ref": "RawPayloadDays"})
        policy, = RESOURCES["ArtifactsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        self.assertEqual(policy["Effect"], "Deny")
        self.assertEqual(policy["Condition"], {"Bool": {"aws:SecureTransport": "false"}})

    def test_what_the_lifecycle_deletes_is_what_the_program_tags(self):
        rule, = [r for r in self.bucket["LifecycleConfiguration"]["Rules"]
                 if r["Id"] == "RawPayloads"]
        tag, = rule["TagFilters"]
        self.assertIn(f'"x-amz-tagging", "{tag["Key"]}={tag["Value"]}"',
                      (ROOT / "src/aws/s3_object_store.cc").read_text())

    def test_the_table_is_the_one_that_the_program_makes(self):
        header = (ROOT / "src/aws/dynamodb/table_schema.h").read_text()
        source = (ROOT / "src/aws/dynamodb/table_schema.cc").read_text()
        constant = dict(re.findall(r'constexpr const char\* (k\w+) = "(\w+)"', header))
        table = RESOURCES["Table"]["Properties"]
        keys = {k["KeyType"]: k["AttributeName"] for k in table["KeySchema"]}
        self.assertEqual(keys, {"HASH": constant["kPartitionKey"], "RANGE": constant["kSortKey"]})
        index, = table["GlobalSecondaryIndexes"]
        self.assertEqual(index["IndexName"], constant["kDueIndex"])
        self.assertEqual({k["KeyType"]: k["AttributeName"] for k in index["KeySchema"]},
                         {"HASH": constant["kDue"], "RANGE": constant["kSortKey"]})
        self.assertIn(f'"ProjectionType", "{index["Projection"]["ProjectionType"]}"', source)
        self.assertEqual(source.count('"IndexName"'), 1)
        self.assertEqual(table["TimeToLiveSpecification"]["AttributeName"],
                         constant["kExpiresAt"])

    @unittest.skipUnless(os.environ.get("COLDPATH_TEST_DYNAMODB"),
                         "COLDPATH_TEST_DYNAMODB is not set")
    def test_dynamodb_accepts_the_table(self):
        import boto3
        client = boto3.client("dynamodb", endpoint_url=os.environ["COLDPATH_TEST_DYNAMODB"],
                              region_name="us-east-1", aws_access_key_id="test",
                              aws_secret_access_key="test")
        table = RESOURCES["Table"]["Properties"]
        names = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"]
        made = client.create_table(TableName="template-test", **{
            name: json.loads(json.dumps(table[name])) for name in names})
        self.assertEqual(made["TableDescription"]["KeySchema"], table["KeySchema"])
        client.update_time_to_live(TableName="template-test", TimeToLiveSpecification=dict(
            table["TimeToLiveSpecification"]))
        client.delete_table(TableName="template-test")

    def test_the_table_survives_and_is_paid_by_request(self):
        table = RESOURCES["Table"]
        self.assertEqual(table["DeletionPolicy"], "Retain")
        properties = table["Properties"]
        self.assertEqual(properties["BillingMode"], "PAY_PER_REQUEST")
        self.assertTrue(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(properties["TimeToLiveSpecification"]["Enabled"])


@unittest.skipUnless(os.environ.get("COLDPATH_TEST_MOTO"), "COLDPATH_TEST_MOTO is not set")
class OnMoto(unittest.TestCase):
    """moto's CreateStack does what it knows and leaves out the rest, without a word: whole types
    (NOT_IN_MOTO), and of what it makes the bucket's lifecycle and its block of public access, the
    table's time to live, the architecture of functions, size and network of task definitions."""
    stack = "coldpath-template-test"

    @classmethod
    def client(cls, service):
        import boto3
        return boto3.client(service, endpoint_url=os.environ["COLDPATH_TEST_MOTO"],
                            region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test")

    @classmethod
    def setUpClass(cls):
        s3 = cls.client("s3")
        s3.create_bucket(Bucket="template-test-definitions")
        s3.put_object(Bucket="template-test-definitions", Key="historical_sync.asl.json",
                      Body=DEFINITION.encode())
        parameters = {
            "ImageDigest": "sha256:" + "0" * 64,
            "DefinitionBucket": "template-test-definitions",
            "DefinitionKey": "historical_sync.asl.json",
            "JwtIssuer": "https://id.example.com/",
            "JwksUrl": "https://id.example.com/jwks.json",
            "ConfigSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:coldpath-AbCdEf",
        }
        cloudformation = cls.client("cloudformation")
        cloudformation.create_stack(
            StackName=cls.stack, TemplateBody=TEMPLATE_FILE.read_text(),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()])
        cls.status = cloudformation.describe_stacks(StackName=cls.stack)["Stacks"][0]
        cls.made = {}
        for page in cloudformation.get_paginator("list_stack_resources").paginate(
                StackName=cls.stack):
            for summary in page["StackResourceSummaries"]:
                if summary.get("PhysicalResourceId"):
                    cls.made[summary["LogicalResourceId"]] = summary

    def physical(self, name):
        return self.made[name]["PhysicalResourceId"]

    def test_everything_that_moto_knows_is_made(self):
        self.assertEqual(self.status["StackStatus"], "CREATE_COMPLETE")
        missing = {body["Type"] for name, body in RESOURCES.items()
                   if name not in self.made and "Condition" not in body
                   and body["Type"] != "AWS::Lambda::Permission"}  # without a physical id in moto
        self.assertEqual(missing, NOT_IN_MOTO - {"AWS::SNS::Subscription"})

    def test_bucket(self):
        s3 = self.client("s3")
        encryption = s3.get_bucket_encryption(Bucket=self.physical("Artifacts"))
        self.assertIn("AES256", json.dumps(encryption["ServerSideEncryptionConfiguration"]))

    def test_table(self):
        table = self.client("dynamodb").describe_table(TableName=self.physical("Table"))["Table"]
        self.assertEqual(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual([i["IndexName"] for i in table["GlobalSecondaryIndexes"]], ["Due"])

    def test_functions_know_the_table_and_their_name(self):
        for name, body in of_type("AWS::Lambda::Function").items():
            found = self.client("lambda").get_function(FunctionName=self.physical(name))
            configuration = found["Configuration"]
            self.assertEqual(configuration["Timeout"], body["Properties"]["Timeout"])
            variables = configuration["Environment"]["Variables"]
            self.assertEqual(variables["COLDPATH_TABLE"], self.physical("Table"))
            self.assertEqual(variables["COLDPATH_FUNCTION"],
                             body["Properties"]["Environment"]["Variables"]["COLDPATH_FUNCTION"])

    def test_worker_task(self):
        task = self.client("ecs").describe_task_definition(
            taskDefinition=self.physical("WorkerTask"))["taskDefinition"]
        container, = task["containerDefinitions"]
        self.assertEqual((container["name"], container["command"]), ("worker", ["chunk-worker"]))
        self.assertTrue(container["readonlyRootFilesystem"])

    def test_roles_hold_what_the_template_says(self):
        iam = self.client("iam")
        for name, role in of_type("AWS::IAM::Role").items():
            policy = role["Properties"]["Policies"][0]
            held = iam.get_role_policy(RoleName=self.physical(name),
                                       PolicyName=policy["PolicyName"])["PolicyDocument"]
            held = str(held)  # moto keeps what CloudFormation gives it as Python's own text
            for statement in policy["PolicyDocument"]["Statement"]:
                self.assertIn(f"'{statement['Sid']}'", held, name)
            self.assertNotIn("${", held, name)

    def test_rule(self):
        rule = self.client("events").describe_rule(Name=self.physical("ExecutionEndedRule"))
        pattern = json.loads(rule["EventPattern"])
        self.assertEqual(pattern["detail"]["stateMachineArn"], [self.physical("StateMachine")])

    def test_substitutions_leave_nothing_open(self):
        # moto shows a state machine that CloudFormation made only where it does not execute any, so
        # the definition is put together from what it made, as CloudFormation would.
        values = {
            "ArtifactsBucket": self.physical("Artifacts"),
            "ClusterArn": self.client("ecs").describe_clusters(
                clusters=[self.physical("Cluster")])["clusters"][0]["clusterArn"],
            "TaskDefinitionArn": self.physical("WorkerTask"),
            "SubnetA": self.physical("SubnetA"),
            "SubnetB": self.physical("SubnetB"),
            "WorkerSecurityGroup": self.physical("WorkerSecurityGroup"),
        }
        for name in of_type("AWS::Lambda::Function"):
            values[name + "Arn"] = self.client("lambda").get_function(
                FunctionName=self.physical(name))["Configuration"]["FunctionArn"]
        text = re.sub(r"\$\{([^}]+)\}", lambda match: values[match.group(1)], DEFINITION)
        states = self.client("stepfunctions")
        made = states.create_state_machine(name="template-test", definition=text,
                                           roleArn="arn:aws:iam::123456789012:role/workflow")
        self.assertEqual(json.loads(text), json.loads(states.describe_state_machine(
            stateMachineArn=made["stateMachineArn"])["definition"]))


if __name__ == "__main__":
    unittest.main(verbosity=1)
