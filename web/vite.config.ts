import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// Tells the service worker which files make up this version of the app, and a name for it that changes with any of them.
function precache(): Plugin {
  return {
    name: 'precache',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
      const hash = createHash('sha256');
      const built = Object.values(bundle)
        .filter((file) => file !== worker && !file.fileName.endsWith('.map'))
        .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
      for (const file of built) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
      const copied = readdirSync('public').sort();
      for (const name of copied) hash.update(name).update(readFileSync(`public/${name}`));
      const files = [...built.map((file) => file.fileName).filter((name) => name !== 'index.html'), ...copied].map((name) => `/${name}`);
      hash.update(worker.code);
      worker.code = worker.code
        .replace('__PRECACHE_FILES__', JSON.stringify(JSON.stringify(['/', ...files])))
        .replace('__PRECACHE_VERSION__', JSON.stringify(hash.digest('hex').slice(0, 16)));
      if (worker.imports.length > 0) throw new Error('the service worker must be one file');
    },
  };
}

// One bundle for the app, one for the service worker, which has to keep its name and its place at the root: its scope is what lies below it.
export default defineConfig({
  plugins: [precache()],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    // The Content-Security-Policy allows no data: scripts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { app: 'index.html', sw: 'src/service-worker/sw.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // A language is one file, whatever the number of its areas.
        manualChunks: (id) => {
          const language = /\/src\/messages\/([a-z]+)\//.exec(id)?.[1];
          return language === undefined ? undefined : `messages-${language}`;
        },
      },
    },
  },
  // The address, not a name: not every machine can look up localhost.
  test: { setupFiles: ['./vitest.setup.ts'] },
  server: { host: '127.0.0.1', proxy: { '/v1': process.env['COLDPATH_API'] ?? 'http://127.0.0.1:8080' } },
});
