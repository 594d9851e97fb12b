/** Traffic at a port of a switch: how much goes to what hangs there, what waits, and for how long; with the dialog that sets it. */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../../kit/facts.tsx';
import { UNKNOWN } from '../../kit/format.ts';
import layout from '../../kit/layout.module.css';
import { Sparkline } from '../../kit/sparkline.tsx';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../error-text.tsx';
import { useAnswer, useClient, useFormat } from '../lab.tsx';
import type { PortOf } from '../switch/changes.ts';
import { PortDialog } from './port-dialog.tsx';
import { draftOf } from './port-fields.ts';

type Traffic = AnswerOf<'port'>;
const CURVE = { width: 220, height: 44 } as const;

/** The last second, as far as its spans are over; undefined when nothing left. */
function lastSecond({ spans, spanNs }: Traffic) {
  const over = spans.slice(0, -1).slice(-4);
  const last = over.at(-1);
  if (last === undefined) return undefined;
  const recent = over.filter(({ from }) => from > last.from - 4 * spanNs);
  const bytes = recent.reduce((sum, each) => sum + each.bytes, 0);
  return { ...last, bytesPerSecond: bytes / ((recent.length * spanNs) / 1e9) };
}

/** What is set, in few words. */
function useSummary(): (traffic: Traffic) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ settings }) => {
    const draft = draftOf(settings);
    const rate = (stage: 'wire' | 'shape' | 'police'): readonly string[] => {
      const bits = settings[stage]?.['bitsPerSecond'];
      return typeof bits === 'number' ? [`${t(`port.short.${stage}`)} ${format.bitRate(bits)}`] : [];
    };
    const { class: priority, discipline, link, netem, vlan } = settings;
    const isGuarded = (['arp-guard', 'nd-guard'] as const).some((stage) => settings[stage] !== undefined);
    const said = [
      ...(link?.['cut'] === true ? [t('port.short.cut')] : []),
      ...(vlan === undefined
        ? []
        : [t(`port.short.${String(draft['vlan.mode'])}`, { vlan: vlan['access'] })]),
      ...(settings['private'] === undefined ? [] : [t('port.short.private')]),
      ...(isGuarded ? [t('port.short.guard')] : []),
      ...(settings['storm-control'] === undefined ? [] : [t('port.short.storm')]),
      ...(priority === undefined ? [] : [t(`port.choice.priority.${String(draft['class.priority'])}`)]),
      ...[...rate('police'), ...rate('shape')],
      ...(discipline === undefined ? [] : [t(`port.choice.kind.${String(draft['discipline.kind'])}`)]),
      ...rate('wire'),
      ...(netem === undefined ? [] : [t('port.short.netem')]),
    ];
    return said.length === 0 ? t('port.asUsual') : said.join(' · ');
  };
}

export default function PortTraffic(of: PortOf) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const summary = useSummary();
  const card = useRef<HTMLElement>(null);
  const [isOpen, setOpen] = useState(false);
  const { host, switch: name, port } = of;
  const ask = () => client.ask(host, 'port', { switch: name, port });
  const { value, error } = useAnswer(ask, 500, [host, name, port], { card });
  const last = value === null ? undefined : lastSecond(value);
  const medians = value?.spans.map(({ medianNs }) => medianNs) ?? [];
  const most = Math.max(1, ...medians);
  return (
    <section ref={card} className={layout['stack']} aria-label={t('port.traffic')} data-testid="port-traffic">
      <h3>{t('port.traffic')}</h3>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <p>{summary(value)}</p>
          <Facts
            facts={[
              [t('port.rate'), last === undefined ? UNKNOWN : format.bitRate(8 * last.bytesPerSecond)],
              [t('port.waiting'), format.integer(value.held + value.queued), t('port.waitingHint')],
              [
                t('port.delay'),
                last === undefined ? UNKNOWN : format.duration(last.medianNs),
                t('port.delayHint'),
              ],
              [t('port.p99'), last === undefined ? UNKNOWN : format.duration(last.p99Ns)],
            ]}
          />
          {medians.length < 2 ? null : (
            <figure className={texts['quiet']}>
              <Sparkline values={medians} max={most} color="var(--accent)" {...CURVE} />
              <figcaption>{t('port.curve', { most: format.duration(most) })}</figcaption>
            </figure>
          )}
          <div>
            <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
              {t('port.edit')}
            </Button>
          </div>
          {isOpen ? <PortDialog of={of} onClose={() => setOpen(false)} /> : null}
        </>
      )}
    </section>
  );
}
