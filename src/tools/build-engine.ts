/**
 * Builds the WebAssembly engine: renders the generated sources from `isa/`, copies the written ones beside them, and
 * compiles all with AssemblyScript. Skipped when nothing that goes into it has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { csrTableText } from '#machine/build/csr-table';
import { decodeText } from '#machine/build/decode-text';
import { interpreterText } from '#machine/build/interpreter-text';
import { layoutText } from '#machine/build/layout-text';
import { operationsText } from '#machine/build/operations-text';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const ENGINE = join(ROOT, 'src/machine/engine');
const OUTPUT = join(ROOT, '.cache/engine');

/** Files of the engine folder that are AssemblyScript, by path below it. */
function engineSources(folder: string = ENGINE): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : engineSources(path);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') && entry.name !== 'tsconfig.json'
        ? [path]
        : [];
    })
    .sort();
}

/** Everything that the module is made of: path in the build folder to text. */
function sources(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const path of engineSources()) texts.set(relative(ENGINE, path), readFileSync(path, 'utf8'));
  texts.set('generated/layout.ts', layoutText());
  texts.set('generated/operations.ts', operationsText());
  texts.set('generated/decode.ts', decodeText());
  texts.set('generated/interpreter.ts', interpreterText());
  texts.set('generated/csr-table.ts', csrTableText());
  return texts;
}

const OPTIONS = [
  ...['--runtime', 'stub', '--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--noAssert', '-O3', '--converge', '--enable', 'bulk-memory', '--noExportMemory', '--exportTable'],
];

async function build(): Promise<void> {
  const texts = sources();
  const hash = createHash('sha256').update(OPTIONS.join(' ')).update(asc.version);
  for (const [path, text] of texts) hash.update(path).update(text);
  const stamp = hash.digest('hex');
  const stampFile = join(OUTPUT, 'stamp');
  if (
    existsSync(join(OUTPUT, 'engine.wasm')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp
  )
    return;

  const folder = join(OUTPUT, 'source');
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const startMs = Date.now();
  const { error, stderr } = await asc.main([
    'index.ts',
    '--baseDir',
    folder,
    '--outFile',
    'engine.wasm',
    ...OPTIONS,
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
  const wasm = readFileSync(join(folder, 'engine.wasm'));
  writeFileSync(join(OUTPUT, 'engine.wasm'), wasm);
  writeFileSync(stampFile, stamp);
  console.log(`engine: ${texts.size} sources, ${wasm.length} bytes, ${Date.now() - startMs} ms`);
}

await build();
