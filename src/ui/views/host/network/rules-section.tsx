/** Flow rules of a switch with what each has decided, and the last frames with the rule that each has hit. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { draftOfRule, listIn, matchText } from '../../../parts/switch/rule-text.ts';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';

/** What the part shows of itself (`network/switch-parts/rules/rules.ts`). */
interface Shown {
  readonly rules: readonly {
    readonly frames: number;
    readonly bytes: number;
    readonly live: boolean;
    readonly hitAgoNs?: number;
  }[];
  readonly last: readonly {
    readonly from: string;
    readonly source: string;
    readonly destination: string;
    readonly etherType: number;
    readonly vlan: number;
    readonly rule: number;
    readonly agoNs: number;
  }[];
}

function Hits({ name, last }: { readonly name: string; readonly last: Shown['last'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('network.lastOf', { switch: name })}>
      <table className={table['table']} aria-label={t('network.lastOf', { switch: name })}>
        <thead>
          <tr>
            <th className={table['number']}>{t('network.ago')}</th>
            <th>{t('switch.port')}</th>
            <th>{t('network.from')}</th>
            <th>{t('network.to')}</th>
            <th>{t('network.type')}</th>
            <th className={table['number']}>VLAN</th>
            <th>{t('network.rule')}</th>
          </tr>
        </thead>
        <tbody>
          {last.map((frame, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a ring of frames, which have no names
            <tr key={place}>
              <td className={table['number']}>{format.duration(frame.agoNs)}</td>
              <td className={texts['mono']}>{frame.from}</td>
              <td className={texts['mono']}>{frame.source}</td>
              <td className={texts['mono']}>{frame.destination}</td>
              <td className={texts['mono']}>
                {frame.etherType < 0 ? '?' : `0x${frame.etherType.toString(16).padStart(4, '0')}`}
              </td>
              <td className={table['number']}>{frame.vlan === 0 ? '–' : frame.vlan}</td>
              <td>
                {frame.rule < 0 ? t('network.noRule') : t('network.ruleOf', { number: frame.rule + 1 })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

export function RulesSection({ at }: { readonly at: SwitchState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const part = at.parts.find((each) => each.part === 'rules');
  if (part === undefined) return <p className={texts['quiet']}>{t('network.noRules')}</p>;
  const { rules: counts = [], last = [] } = (part.shows ?? {}) as Partial<Shown>;
  const miss = String(part.settings['miss'] ?? 'normal');
  return (
    <>
      <ScrollX label={t('network.rulesOf', { switch: at.name })}>
        <table className={table['table']} aria-label={t('network.rulesOf', { switch: at.name })}>
          <thead>
            <tr>
              <th className={table['number']}>{t('network.number')}</th>
              <th className={table['number']}>{t('network.priority')}</th>
              <th>{t('network.match')}</th>
              <th>{t('network.action')}</th>
              <th className={table['number']}>{t('network.frames')}</th>
              <th className={table['number']}>{t('network.bytes')}</th>
              <th className={table['number']}>{t('network.lastHit')}</th>
            </tr>
          </thead>
          <tbody>
            {listIn(part.settings, 'rules').map((rule, place) => {
              const counted = counts[place];
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a rule is known by its place
                <tr key={place} data-testid={`rule-${place}`}>
                  <td className={table['number']}>{place + 1}</td>
                  <td className={table['number']}>{String(rule['priority'] ?? 100)}</td>
                  <td className={texts['mono']}>
                    {matchText('flow', draftOfRule('flow', rule)) || t('network.everything')}
                  </td>
                  <td>
                    {t(`rules.choice.${String(rule['action'])}`)}
                    {counted?.live === false ? ` (${t('network.over')})` : ''}
                  </td>
                  <td className={table['number']}>{format.count(counted?.frames ?? 0)}</td>
                  <td className={table['number']}>{format.bytes(counted?.bytes ?? 0)}</td>
                  <td className={table['number']}>
                    {counted?.hitAgoNs === undefined ? '–' : format.duration(counted.hitAgoNs)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
      <p className={texts['quiet']}>{t(`network.miss.${miss}`)}</p>
      <h4>{t('network.last')}</h4>
      <Hits name={at.name} last={[...last].reverse()} />
    </>
  );
}
