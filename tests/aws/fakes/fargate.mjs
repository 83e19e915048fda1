// A FAKE of Amazon ECS on Fargate for tests: RunTask starts the real program with the environment of the container
// overrides, and tests may kill or stop what runs. It knows no images, networks, roles or capacity.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

export class FakeFargate {
  // `command` with `args` is the container's program, `env` what its task definition says.
  constructor({ command, args, env }) {
    Object.assign(this, { command, args, env, tasks: [], refuse: null, intercept: null });
  }

  async start() {
    this.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const answer = this.runTask(JSON.parse(Buffer.concat(parts).toString('utf8')));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  // `parameters` are those of the state: Cluster, TaskDefinition, Overrides...
  runTask(parameters) {
    const overrides = parameters.Overrides.ContainerOverrides[0];
    const environment = Object.fromEntries(overrides.Environment.map(({ Name, Value }) => [Name, Value]));
    const task = {
      arn: `arn:aws:ecs:eu-central-1:123456789012:task/coldpath/${randomUUID().replaceAll('-', '')}`,
      chunk: environment.COLDPATH_CHUNK_ID, environment, capacity: parameters.CapacityProviderStrategy, log: '',
    };
    this.tasks.push(task);
    this.launch(task);
    return { Failures: [], Tasks: [{ TaskArn: task.arn, ClusterArn: parameters.Cluster, LastStatus: 'PROVISIONING' }] };
  }

  launch(task) {
    task.process = spawn(this.command, this.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...this.env, ...task.environment },
    });
    for (const stream of [task.process.stdout, task.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (task.log += text));
    }
    task.exited = new Promise((done) => task.process.once('exit', (code, signal) => {
      task.exit = { code, signal };
      done(task.exit);
    }));
    this.intercept?.(task);
  }

  get running() {
    return this.tasks.filter((task) => task.exit === undefined);
  }

  log() {
    return this.tasks.map((task) => `--- ${task.chunk} ${JSON.stringify(task.exit)}\n${task.log}`).join('\n');
  }

  async end() {
    for (const task of this.running) task.process.kill('SIGKILL');
    await Promise.all(this.tasks.map((task) => task.exited));
    this.server.closeAllConnections?.();
    this.server.close();
  }
}
