// Everything of the service on AWS, on this machine: DynamoDB Local for the table, moto for Step Functions, S3 and KMS,
// our fakes of Lambda, API Gateway and Fargate with the real program behind them, coldpath-sandbox for the providers.
// Runs under tests/aws/emulators.sh.
import { execFileSync, spawn } from 'node:child_process';
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, coldpath, eventually, startSandbox, temporaryFolder } from '../e2e/harness.mjs';
import { FakeFargate } from './fakes/fargate.mjs';
import { FakeHttpApi } from './fakes/http_api.mjs';
import { FakeLambda } from './fakes/lambda.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const ISSUER = 'https://id.example.com';
const TASKS = ['validate', 'calculate-chunks', 'admit-chunk', 'log-chunk-failure', 'aggregate', 'notify', 'execution-ended'];
const SUBSTITUTIONS = {
  ValidateFunctionArn: 'validate', CalculateChunksFunctionArn: 'calculate-chunks', AdmitChunkFunctionArn: 'admit-chunk',
  LogChunkFailureFunctionArn: 'log-chunk-failure', AggregateFunctionArn: 'aggregate', NotifyFunctionArn: 'notify',
  ExecutionEndedFunctionArn: 'execution-ended',
};

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// The emulators check no signatures, only that there is one to read the Region from.
async function call(url, service, { target, body = '', method = 'POST', version = '1.0', bytes = false } = {}) {
  const response = await fetch(url, {
    method, body: body === '' ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      'authorization': `AWS4-HMAC-SHA256 Credential=ak/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      'x-amz-date': '20260101T000000Z',
      ...(target ? { 'x-amz-target': target, 'content-type': `application/x-amz-json-${version}` } : {}),
    },
  });
  if (bytes && response.ok) return Buffer.from(await response.arrayBuffer());
  const text = await response.text();
  if (!response.ok) throw new Error(`${target ?? url}: ${response.status} ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : text;
}

export class Cloud {
  static async start(t, { sandbox = [], env = {}, workflow = (text) => text } = {}) {
    const cloud = new Cloud();
    t.after(() => cloud.end());
    cloud.folder = temporaryFolder();
    cloud.name = `coldpath-${randomUUID()}`;
    cloud.sandbox = await startSandbox(cloud.folder, sandbox);
    await cloud.startMachines(env);
    await cloud.startMoto();
    await cloud.makeResources(workflow);
    return cloud;
  }

  // The fakes come first, since moto is told where they are; what the programs are told is filled in before any runs.
  async startMachines(env) {
    this.port = await freePort();
    this.moto = `http://127.0.0.1:${this.port}`;
    this.env = {};
    const program = (command) => ({ command: coldpath, args: [command], env: this.env });
    const functions = Object.fromEntries([...TASKS, 'api', 'recover'].map((name) => [
      name, { ...program('lambda'), env: new Proxy(this.env, { get: (all, key) => key === 'COLDPATH_FUNCTION' ? name : all[key],
        ownKeys: (all) => [...Reflect.ownKeys(all), 'COLDPATH_FUNCTION'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }) }]));
    this.lambda = await new FakeLambda(functions).start();
    this.fargate = await new FakeFargate(program('chunk-worker')).start();
    this.server = await new FakeHttpApi().start((event) => this.lambda.invoke('api', event));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'test' };
    const provider = { client_id: 'sandbox-client', client_secret: 'sandbox-secret', api_base: this.sandbox.url,
                       authorize_base: this.sandbox.url, token_base: this.sandbox.url };
    this.machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${this.name}`;
    Object.assign(this.env, {
      AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'ak', AWS_SECRET_ACCESS_KEY: 'sk',
      AWS_ENDPOINT_URL: this.moto, AWS_ENDPOINT_URL_DYNAMODB: process.env.COLDPATH_TEST_DYNAMODB,
      COLDPATH_TABLE: this.name, COLDPATH_BUCKET: this.name, COLDPATH_STATE_MACHINE_ARN: this.machine,
      COLDPATH_PUBLIC_URL: this.server.url, COLDPATH_JWKS: JSON.stringify({ keys: [jwk] }), COLDPATH_ISSUER: ISSUER,
      COLDPATH_QUOTA_SCALE: '1000', COLDPATH_MAX_CONCURRENCY: '3',
      COLDPATH_CONFIG: JSON.stringify({ providers: { 'oura': provider, 'google-health': provider } }),
      ...env,
    });
  }

  async startMoto() {
    const log = openSync(join(this.folder, 'moto.log'), 'a');
    this.motoProcess = spawn(process.env.COLDPATH_AWS_PYTHON, [
      join(here, 'moto_launcher.py'), '--port', String(this.port), '--lambda', this.lambda.url, '--fargate', this.fargate.url],
      { stdio: ['ignore', log, log], env: { ...process.env, MOTO_PORT: String(this.port) } });
    closeSync(log);
    const configure = () => fetch(`${this.moto}/moto-api/config`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: '{"stepfunctions": {"execute_state_machine": true}}' }).then((answer) => answer.ok, () => false);
    await eventually(configure, 'moto answers');
  }

  async makeResources(workflow) {
    await call(process.env.COLDPATH_TEST_DYNAMODB, 'dynamodb', { target: 'DynamoDB_20120810.CreateTable', body: {
      TableName: this.name, BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['PK', 'SK', 'Due'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }, { AttributeName: 'SK', KeyType: 'RANGE' }],
      GlobalSecondaryIndexes: [{
        IndexName: 'Due', Projection: { ProjectionType: 'KEYS_ONLY' },
        KeySchema: [{ AttributeName: 'Due', KeyType: 'HASH' }, { AttributeName: 'SK', KeyType: 'RANGE' }] }],
    } });
    await call(`${this.moto}/${this.name}`, 's3', { method: 'PUT', body:
      `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>` });
    const key = await call(this.moto, 'kms', { target: 'TrentService.CreateKey', body: {}, version: '1.1' });
    this.env.COLDPATH_KMS_KEY = key.KeyMetadata.KeyId;
    const text = workflow(readFileSync(join(here, '../../workflow/historical_sync.asl.json'), 'utf8'));
    const definition = text.replace(/\$\{(\w+)\}/g, (_, name) => SUBSTITUTIONS[name]
      ? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${SUBSTITUTIONS[name]}` : name === 'ArtifactsBucket' ? this.name : name);
    await call(this.moto, 'states', { target: 'AWSStepFunctions.CreateStateMachine', body: {
      name: this.name, definition, roleArn: `arn:aws:iam::${ACCOUNT}:role/coldpath` } });
  }

  client(user, { pro = true } = {}) {
    const encode = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const signed = `${encode({ alg: 'ES256', kid: 'test' })}.${encode({
      iss: ISSUER, aud: 'coldpath', sub: user, iat: now, exp: now + 3600, pro })}`;
    const signature = createSign('SHA256').update(signed).sign({ key: this.key, dsaEncoding: 'ieee-p1363' });
    return new Client(this, `${signed}.${signature.toString('base64url')}`);
  }

  // The schedule's minute.
  recover() {
    return this.lambda.invoke('recover', '{}').then(({ payload, error }) => error ?? JSON.parse(payload));
  }

  async describe(name) {
    return call(this.moto, 'states', { target: 'AWSStepFunctions.DescribeExecution', body: {
      executionArn: `${this.machine.replace(':stateMachine:', ':execution:')}:${name}` } });
  }

  async objects(prefix = '') {
    const text = await call(`${this.moto}/${this.name}?list-type=2&prefix=${encodeURIComponent(prefix)}`, 's3', { method: 'GET' });
    return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key).sort();
  }

  async object(key) {
    return call(`${this.moto}/${this.name}/${key}`, 's3', { method: 'GET', bytes: true });
  }

  // What everybody said, for a test that failed.
  log() {
    return [this.lambda.log(), this.fargate.log(), readFileSync(join(this.folder, 'moto.log'), 'utf8').slice(-20_000)].join('\n');
  }

  // What the service needs of a sandbox's controls: harness.World has the others.
  async admin(method, path, body) {
    const response = await fetch(`${this.sandbox.url}/sandbox/v1${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body) });
    if (!response.ok) throw new Error(`sandbox ${path}: ${response.status}`);
    return response.json();
  }

  async end() {
    this.motoProcess?.kill('SIGKILL');
    await Promise.all([this.fargate?.end(), this.lambda?.end()]);
    this.server?.end();
    await this.sandbox?.end('SIGKILL');
  }
}
