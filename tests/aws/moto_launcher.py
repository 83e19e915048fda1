"""Starts moto's server with a Step Functions whose tasks are carried out by our fakes:

    moto_launcher.py --port PORT --lambda URL --fargate URL

moto runs lambda:invoke in Docker containers and ecs:runTask not at all; here both go to URLs where the real program
is behind them (tests/aws/fakes). What else is changed mends defects of moto 5.2.5, of which neither the product nor the
definition may know:
  - ecs:runTask fails (its parameters' case is not converted) and drops CapacityProviderStrategy;
  - SendTaskFailure loses its cause;
  - a task that is retried keeps its token and its last result, so that the next worker's first heartbeat ends it;
  - a heartbeat that comes before ecs:runTask has returned, or for a task without HeartbeatSeconds, is refused as InvalidToken.
The definition and everything else run as moto has them.
"""
import argparse
import io
import json
import urllib.parse
import urllib.request

from moto.core.responses import EmptyResult
from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_ecs
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint
from moto.stepfunctions.responses import StepFunctionResponse

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", required=True)
arguments.add_argument("--lambda", dest="functions", required=True)
arguments.add_argument("--fargate", required=True)
given = arguments.parse_args()


def post(url, body):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=900) as response:
        return response.read(), response.headers


class Functions:
    """What moto's interpreter asks of boto3's client of Lambda."""

    def invoke(self, FunctionName, Payload=b"{}", **_):
        name = urllib.parse.quote(FunctionName, safe="")
        body, headers = post(f"{given.functions}/2015-03-31/functions/{name}/invocations", Payload)
        answer = {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": io.BytesIO(body)}
        if headers.get("X-Amz-Function-Error"):
            answer["FunctionError"] = headers["X-Amz-Function-Error"]
        return answer


class Tasks:
    """The same for ECS, with the parameters as the state spells them."""

    def run_task(self, **parameters):
        body, _ = post(given.fargate, json.dumps(parameters).encode())
        self.answer = json.loads(body)
        return self.answer

    def describe_tasks(self, **_):
        return self.answer


lambda_eval_utils.boto_client_for = lambda **_: Functions()
state_task_service_ecs.boto_client_for = lambda **_: Tasks()
state_task_service_ecs._SUPPORTED_API_PARAM_BINDINGS["runtask"].add("CapacityProviderStrategy")


def send_task_failure(self):
    self.stepfunction_backend.send_task_failure(
        self._get_param("taskToken"), error=self._get_param("error"), cause=self._get_param("cause")
    )
    return EmptyResult()


StepFunctionResponse.send_task_failure = send_task_failure

eval_execution = state_task_service_ecs.StateTaskServiceEcs._eval_execution


def eval_execution_with_its_own_token(self, env):
    context = env.states.context_object
    if context.context_object_data["State"]["RetryCount"] > 0:
        env.callback_pool_manager.add(context.update_task_token())
    eval_execution(self, env)


state_task_service_ecs.StateTaskServiceEcs._eval_execution = eval_execution_with_its_own_token

notify_heartbeat = CallbackEndpoint.notify_heartbeat
CallbackEndpoint.notify_heartbeat = lambda self: notify_heartbeat(self) or self.get_outcome() is None

main(["-H", "127.0.0.1", "-p", given.port])
