/** What the parts of a switch have counted beside its ports: a frame that a flow rule drops is no drop of a port. */
import { useTranslation } from 'react-i18next';
import texts from '../../kit/texts.module.css';
import { counterText } from '../engine-names.ts';
import { useFormat } from '../lab.tsx';
import type { SwitchState } from './use-switch.ts';

export default function PartCounters({ at }: { readonly at: Pick<SwitchState, 'parts'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return at.parts
    .filter(({ counted }) => counted.length > 0)
    .map(({ part, counted }) => (
      <p key={part} className={texts['quiet']} data-testid={`counted-${part}`}>
        <b>{t(`network.part.${part}`, { defaultValue: part })}</b>
        {` ${counted.map((counter) => counterText(format, counter)).join(' · ')}`}
      </p>
    ));
}
