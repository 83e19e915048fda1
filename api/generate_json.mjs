// Writes openapi.json, which the service serves, from openapi.yaml, which people edit:
//   node api/generate_json.mjs
// It needs the packages of tests/npm. A test compares the recorded digest of the YAML, so that a
// forgotten run is noticed without them.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const tools = createRequire(new URL('../tests/npm/package.json', import.meta.url));
const {parse} = tools('yaml');
const text = readFileSync(new URL('openapi.yaml', import.meta.url));
const document = parse(text.toString('utf8'));
document['x-source-sha256'] = createHash('sha256').update(text).digest('hex');
writeFileSync(new URL('openapi.json', import.meta.url), JSON.stringify(document, null, 1) + '\n');
