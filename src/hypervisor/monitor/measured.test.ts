/** Everything that a host measures, held against the accounts that it is read from, and as text for Prometheus. */
import { expect, test } from 'vitest';
import { METRIC_SCOPES } from '#base/catalogue/scoped-metrics';
import { METRIC_TEXTS } from '#base/texts/metric-texts';
import { bootHost, teachingKernel, type as typeText, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import type { MeasuredRow } from './questions/measured.ts';

const MS = 1_000_000;

function busyHost(): Host {
  const nics = [{ switch: 'lan' }];
  const host = bootHost([
    vmSpec('a', teachingKernel(), {
      ...{ nics, disks: [{ sizeBytes: 1 << 20 }], append: 'virtlab.host=a virtlab.ip=10.0.0.1/24' },
    }),
    vmSpec('b', teachingKernel(), { nics, append: 'virtlab.host=b virtlab.ip=10.0.0.2/24' }),
  ]);
  host.advance(100 * MS);
  typeText(host, 'a', 'ping 10.0.0.2 2 10\n');
  host.advance(300 * MS);
  return host;
}

function answer<T>(host: Host, id: string): T {
  const asked = host.ask(id, {});
  if (!asked.ok) throw new Error(asked.error.code);
  return asked.value.value as T;
}

test('what is measured of things is what their accounts say', async () => {
  await REGISTRIES.questions.come();
  const host = busyHost();
  const rows = answer<readonly MeasuredRow[]>(host, 'measured');
  const valuesOf = (id: string) => rows.find((row) => row.id === id)?.values ?? [];
  const [a] = host.vms();
  expect(new Set(rows.map(({ scope }) => scope))).toEqual(new Set(METRIC_SCOPES));
  expect(valuesOf('cpu')[0]).toEqual({ labels: { vm: 'a' }, value: a?.vcpus[0]?.runNs });
  expect(valuesOf('vcpu-run').map(({ labels }) => labels)).toEqual([
    { vm: 'a', vcpu: '0' },
    { vm: 'b', vcpu: '0' },
  ]);
  // All time of the harts is somebody's.
  const harts = ['host-guests', 'host-hypervisor', 'host-idle'].map((id) => valuesOf(id)[0]?.value ?? 0);
  expect(harts.reduce((sum, ns) => sum + ns, 0)).toBe(host.cpus.reduce((sum, { hart }) => sum + hart.now, 0));
  expect(harts[0]).toBeGreaterThan(0);
  // What one end of a cable sends is what came in at the other.
  const sent = valuesOf('card-frames-out').find(({ labels }) => labels['vm'] === 'a')?.value ?? 0;
  expect(sent).toBeGreaterThan(0);
  expect(valuesOf('port-frames-in').find(({ labels }) => labels['port'] === 'a/0')?.value).toBe(sent);
  // Exits by cause are all exits.
  const causes = rows.filter(({ name }) => name === 'vm_exits_by_cause_total');
  const byCause = causes.reduce((sum, { values }) => sum + (values[0]?.value ?? 0), 0);
  expect(byCause).toBe(valuesOf('exits')[0]?.value);
});

test('every metric has a name of Prometheus’ conventions, and says in both languages what it is', async () => {
  await REGISTRIES.questions.come();
  const rows = answer<readonly MeasuredRow[]>(busyHost(), 'measured');
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const { id, name, kind, unit, title, meaning } of rows) {
    expect([id, /^[a-z][a-z0-9_]*$/.test(name), name.endsWith('_total')]).toEqual([
      id,
      true,
      kind === 'counter',
    ]);
    if (unit !== 'count') expect(name).toMatch({ ns: /_seconds/, bytes: /_bytes/, ratio: /_ratio/ }[unit]);
    expect([id, title.en !== '', title.zh !== '']).toEqual([id, true, true]);
    if (!id.startsWith('port-stage-'))
      expect([id, meaning.en.length > 4, meaning.zh.length > 2]).toEqual([id, true, true]);
  }
  for (const { meaning } of Object.values(METRIC_TEXTS)) expect(meaning.zh).toMatch(/\p{Script=Han}/u);
});

/** A small reader of the format, by its grammar: what a scraper would have of the text, or an error. */
function parseExposition(text: string): Map<string, { type: string; samples: Map<string, number> }> {
  const families = new Map<string, { type: string; samples: Map<string, number> }>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge)$/.exec(line);
    if (type !== null) {
      expect([type[1], families.has(type[1] ?? '')]).toEqual([type[1], false]);
      families.set(type[1] ?? '', { type: type[2] ?? '', samples: new Map() });
      continue;
    }
    if (/^# HELP [a-zA-Z_:][\w:]* \S/.test(line)) continue;
    const sample =
      /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"(?:,(?!\})|(?=\})))*\})? (\S+)$/.exec(
        line,
      );
    if (sample === null) throw new Error(`not of the format: ${line}`);
    const family = families.get(sample[1] ?? '');
    if (family === undefined) throw new Error(`before its type: ${line}`);
    const labels = sample[2] ?? '';
    expect([line, family.samples.has(labels)]).toEqual([line, false]);
    family.samples.set(labels, Number(sample[3]));
  }
  return families;
}

test('the text for Prometheus is of its format, and says the same in base units', async () => {
  await REGISTRIES.questions.come();
  const host = busyHost();
  const families = parseExposition(answer<string>(host, 'prometheus'));
  const cpu = families.get('virtlab_vm_cpu_seconds_total');
  expect(cpu?.type).toBe('counter');
  const name = host.spec.name;
  expect(cpu?.samples.get(`{host="${name}",vm="a"}`)).toBe((host.vm('a')?.vcpus[0]?.runNs ?? 0) / 1e9);
  expect(families.get('virtlab_host_memory_free_bytes')?.samples.get(`{host="${name}"}`)).toBe(
    host.frames.free * 4096,
  );
});
