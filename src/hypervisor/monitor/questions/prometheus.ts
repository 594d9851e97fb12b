/** The same as `measured`, as text for Prometheus. */
import { type ExposedFamily, expositionText } from '#base/exposition';
import { ok } from '#base/result';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { rowsOf } from './measured.ts';

export const prometheus: Question<'prometheus', object, string> = defineQuestion({
  id: 'prometheus',
  text: {
    en: 'all that the host measures as it is now, as text for Prometheus (exposition format 0.0.4)',
    zh: '主机所测量的一切的当前值，采用 Prometheus 文本格式（0.0.4）',
  },
  arguments: {},
  ask: (_, host) => ok(expositionOf(host)),
});

function expositionOf(host: Host): string {
  const labels = { host: host.spec.name };
  // Rows that differ only in what labels of theirs say are one family.
  const families = new Map<string, ExposedFamily & { samples: ExposedFamily['samples'][number][] }>();
  for (const { name, kind, unit, title, meaning, values } of rowsOf(host)) {
    const [help, short] = [`${title.en}. ${meaning.en}`, title.en];
    const found = families.get(name);
    // What holds for one of them alone is not said of all.
    const said = found === undefined || found.help === help ? help : short;
    const family = { ...{ name, kind, unit, samples: [] }, ...found, help: said };
    families.set(name, family);
    for (const each of values) family.samples.push({ ...each, labels: { ...labels, ...each.labels } });
  }
  return expositionText([...families.values()]);
}
