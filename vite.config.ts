/**
 * Three builds of one source: the page (`vite build`), the command (`--mode cli`), and the development server.
 * The page is a static site that works under any path; the headers that it wants are here, once.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY, ISOLATION_HEADERS } from './src/bridge/protocol/web-headers.ts';
import { FIRST_LOAD, firstLoadHints, OF_A_WORKER } from './src/tools/first-load.ts';

/** Puts the policy into the built page, for hosts that send no headers. Not in development: hot reload needs inline script. */
function policyInPage(): Plugin {
  return {
    name: 'virtlab:policy-in-page',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** Tells the service worker which files belong to this build, and the build's name. */
function precacheList(): Plugin {
  return {
    name: 'virtlab:precache-list',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') return;
      const files = Object.keys(bundle)
        .filter((name) => name !== 'service-worker.js' && !name.endsWith('.map'))
        .sort();
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
      worker.code = worker.code
        .replace('__VIRTLAB_FILES__', JSON.stringify(files).replaceAll('\\', '\\\\').replaceAll("'", "\\'"))
        .replace('__VIRTLAB_VERSION__', version);
    },
  };
}

export default defineConfig(({ mode }) => {
  if (mode === 'cli')
    return {
      build: {
        ssr: 'src/cli/main.ts',
        outDir: 'dist/cli',
        target: 'node20',
        emptyOutDir: true,
        copyPublicDir: false,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'virtlab.mjs', format: 'es', codeSplitting: false } },
      },
      ssr: { noExternal: true, target: 'node' },
    };
  return {
    base: './',
    plugins: [react(), policyInPage(), firstLoadHints(), precacheList()],
    worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: OF_A_WORKER } } } },
    server: { headers: ISOLATION_HEADERS },
    preview: { headers: { ...ISOLATION_HEADERS, 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
    build: {
      outDir: 'dist/site',
      target: 'es2022',
      // The engine and the fonts are files of their own: data: addresses would need a looser policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: {
          main: resolve(import.meta.dirname, 'index.html'),
          'service-worker': resolve(import.meta.dirname, 'src/bridge/client/service-worker.ts'),
        },
        output: {
          entryFileNames: (chunk) =>
            chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
          codeSplitting: { groups: FIRST_LOAD },
        },
      },
    },
  };
});
