#!/bin/sh
# Runs a command beside emulators of AWS on this machine:
#   tests/aws/emulators.sh COMMAND [ARGUMENT...]
# DynamoDB Local plays DynamoDB, moto everything else. Both listen on free ports of 127.0.0.1, keep
# what they hold in memory, and end with the command, whose exit code is passed on. It gets
#   COLDPATH_TEST_DYNAMODB  base URL of DynamoDB Local
#   COLDPATH_TEST_MOTO      base URL of moto; its Step Functions execute
#   COLDPATH_AWS_PYTHON     a Python that has moto, boto3 and cfn-lint (requirements.txt)
# What is needed is fetched once into build/aws-tools (COLDPATH_AWS_TOOLS names another folder).
# Exit code 77, with a line that says so: a package registry is out of reach. 2: a program is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=${COLDPATH_AWS_TOOLS:-$here/../../build/aws-tools}
maven_copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies

fail() { printf 'emulators: %s\n' "$*" >&2; exit 1; }
skip() { printf 'emulators: skipped: %s\n' "$*" >&2; exit 77; }
want() { # PROGRAM PACKAGE
  command -v "$1" >/dev/null 2>&1 || { printf 'emulators: %s is missing (Debian: %s)\n' "$1" "$2" >&2; exit 2; }
}

[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
want python3 'python3 python3-venv'
want java default-jre-headless
want mvn maven
want flock util-linux
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
python=$tools/venv/bin/python

# The environment of the pinned packages. A wrong pin is an error; silence from the registry is not.
make_venv() {
  cmp -s "$here/requirements.txt" "$tools/venv/made-from" && return 0
  rm -rf "$tools/venv"
  python3 -m venv "$tools/venv" >"$tools/venv.log" 2>&1 || { cat "$tools/venv.log" >&2; fail 'python3 -m venv failed (Debian: python3-venv)'; }
  if ! timeout 600 "$python" -m pip install --quiet --disable-pip-version-check --retries 2 \
    -r "$here/requirements.txt" >"$tools/pip.log" 2>&1; then
    if grep -q 'from versions: [0-9]' "$tools/pip.log"; then tail -n 5 "$tools/pip.log" >&2; fail 'a pin in tests/aws/requirements.txt is wrong'; fi
    skip "the Python packages cannot be fetched ($tools/pip.log)"
  fi
  cp "$here/requirements.txt" "$tools/venv/made-from"
}

make_dynamodb() {
  cmp -s "$here/dynamodb-local/pom.xml" "$tools/dynamodb-local/made-from" && return 0
  rm -rf "$tools/dynamodb-local"
  if ! timeout 600 mvn -B -q -f "$here/dynamodb-local/pom.xml" "$maven_copy" \
    -DincludeScope=runtime "-DoutputDirectory=$tools/dynamodb-local" >"$tools/maven.log" 2>&1; then
    if grep -q 'Could not find artifact' "$tools/maven.log"; then tail -n 5 "$tools/maven.log" >&2; fail 'the version in tests/aws/dynamodb-local/pom.xml is wrong'; fi
    skip "DynamoDB Local cannot be fetched with Maven ($tools/maven.log)"
  fi
  cp "$here/dynamodb-local/pom.xml" "$tools/dynamodb-local/made-from"
}

# Another run may be making the same folders. Subshells keep the exit code of skip and fail.
(
  flock 9
  make_venv
  make_dynamodb
) 9>"$tools/lock" || exit $?

run=$(mktemp -d "${TMPDIR:-/tmp}/coldpath-emulators.XXXXXX")
moto=
dynamodb=
stop() {
  for process in $moto $dynamodb; do kill "$process" 2>/dev/null || :; done
  for process in $moto $dynamodb; do wait "$process" 2>/dev/null || :; done
  rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Two ports that are free at this moment.
ports=$("$python" -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))')
moto_port=${ports% *}
dynamodb_port=${ports#* }

# moto's interpreter of state machines calls the other services at MOTO_PORT.
MOTO_PORT=$moto_port "$tools/venv/bin/moto_server" -H 127.0.0.1 -p "$moto_port" >"$run/moto.log" 2>&1 &
moto=$!
# -sharedDb: one set of tables, whatever the access key and Region of the caller.
java -Xmx512m "-Dsqlite4java.library.path=$tools/dynamodb-local" -cp "$tools/dynamodb-local/*" \
  software.amazon.dynamodb.services.local.main.ServerRunner \
  -inMemory -sharedDb -disableTelemetry -port "$dynamodb_port" >"$run/dynamodb.log" 2>&1 &
dynamodb=$!

# Waits until both answer, and has moto execute state machines rather than only list them.
"$python" - "$moto_port" "$dynamodb_port" <<'PYTHON' || { tail -n 20 "$run/moto.log" "$run/dynamodb.log" >&2; fail 'an emulator did not start'; }
import sys, time, urllib.error, urllib.request

def answers(url, data=None):
    try:
        urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=5)
    except urllib.error.HTTPError:
        pass  # an answer, too
    except OSError:
        return False
    return True

moto, dynamodb = (f"http://127.0.0.1:{port}/" for port in sys.argv[1:])
until = time.monotonic() + 240  # a machine that builds at the same time is slow
while not (answers(moto + "moto-api/config", b'{"stepfunctions": {"execute_state_machine": true}}')
           and answers(dynamodb)):
    if time.monotonic() > until:
        sys.exit(1)
    time.sleep(0.1)
PYTHON

COLDPATH_TEST_MOTO=http://127.0.0.1:$moto_port
COLDPATH_TEST_DYNAMODB=http://127.0.0.1:$dynamodb_port
COLDPATH_AWS_PYTHON=$python
export COLDPATH_TEST_MOTO COLDPATH_TEST_DYNAMODB COLDPATH_AWS_PYTHON
code=0
"$@" || code=$?
exit "$code"
