/** Running to a time that a person names, at full speed; one that has passed already is a time to go back to. */
import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseNamedTime } from '#base/named-time';
import { type AskedBack, GoBackDialog } from '../dialogs/going-back/go-back-dialog.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { useShown } from '../kit/frame-clock.ts';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { useClient, useFormat } from '../parts/lab.tsx';
import { tell, tellError, tellFailure } from '../state/notices.ts';

interface BodyProps {
  readonly onRun: (to: number) => void;
  readonly onBack: (to: number) => void;
}

function RunToBody({ onRun, onBack }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useClient();
  const now = useShown(4, () => client.status().virtualNs);
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // At once: the dialog's own focus comes a moment later, and the first letters would go astray.
  useEffect(() => field.current?.focus(), []);
  const named = parseNamedTime(text);
  const to = named && (named.kind === 'after' ? now + named.ns : named.ns);
  const isPast = to !== undefined && to < now;
  const time = format.clock(to ?? now);
  return (
    <form
      className={layout['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        if (to === undefined) return;
        if (isPast) onBack(to);
        else onRun(to);
      }}
    >
      <TextInput
        ref={field}
        label={t('run.toLabel')}
        description={t('run.toHint')}
        placeholder="+1:30"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={text.trim() !== '' && to === undefined ? t('run.noTime') : undefined}
        data-autofocus
      />
      <p className={texts['quiet']} aria-live="polite">
        {to === undefined
          ? t('run.now', { time })
          : t(isPast ? 'run.isPast' : 'run.isAhead', {
              time,
              span: format.duration(Math.abs(to - now)),
            })}
      </p>
      <div className={layout['row-end']}>
        <Button type="submit" disabled={to === undefined}>
          {t(isPast ? 'history.back' : 'run.to')}
        </Button>
      </div>
    </form>
  );
}

export function RunToDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const [asked, setAsked] = useState<AskedBack | null>(null);
  const run = (to: number): void => {
    onClose();
    client
      .runTo(to, () => undefined)
      .then((done) => {
        if (done.ok) tell('notice.ranTo', { time: format.clock(done.value.at) });
        else if (done.error.code !== 'cancelled') tellError(done.error);
      })
      .catch(tellFailure);
  };
  return (
    <>
      <Dialog opened={opened} onClose={onClose} title={t('run.title')} closeLabel={t('common.close')}>
        <RunToBody
          onRun={run}
          onBack={(to) => {
            onClose();
            setAsked({ kind: 'time', at: to });
          }}
        />
      </Dialog>
      <GoBackDialog asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}
