// Makes one file of the built app, which the program is linked with: node pack.mjs DIST PACK
//
// "coldpath.web/1\n", the length of the index in decimal, "\n", the index (JSON), then the files' bytes, each as it is and,
// where that is shorter by a tenth, compressed with gzip. src/app/web_assets.h reads it. Equal files give equal bytes.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

function* filesBelow(folder, prefix = '') {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, path);
    else yield path;
  }
}

const [dist, out] = process.argv.slice(2);
if (out === undefined) throw new Error('usage: node pack.mjs DIST PACK');
const index = [];
const parts = [];
let end = 0;
function place(bytes) {
  const at = end;
  parts.push(bytes);
  end += bytes.length;
  return at;
}

for (const path of filesBelow(dist)) {
  const type = types[extname(path)];
  if (type === undefined) throw new Error(`${path}: a file of a kind that is not known here`);
  const bytes = readFileSync(join(dist, path));
  const zipped = gzipSync(bytes, { level: 9 });
  const worth = zipped.length < bytes.length * 0.9;
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const at = place(bytes);
  index.push({ path, type, etag, at, size: bytes.length, gzip_at: worth ? place(zipped) : 0, gzip_size: worth ? zipped.length : 0 });
}
if (!index.some((file) => file.path === '/index.html')) throw new Error(`${dist} has no index.html`);

const head = Buffer.from(JSON.stringify(index));
mkdirSync(dirname(out), { recursive: true });
// In one step: an interrupted build leaves no half of a pack.
writeFileSync(`${out}.new`, Buffer.concat([Buffer.from(`coldpath.web/1\n${head.length}\n`), head, ...parts]));
renameSync(`${out}.new`, out);
