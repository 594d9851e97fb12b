/** Settings of a router: interfaces, static routes, who gives addresses; of a gateway: networks behind routers. */
import { Button, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApplianceDescription } from '#bridge/protocol/answers';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { LinesField } from '../../kit/lines-field.tsx';
import texts from '../../kit/texts.module.css';
import { useEdit } from '../deeds/editing.ts';
import { interfacesIn, interfacesText, type Read, routesIn, routesText } from './appliance-text.ts';
import { applianceDeed } from './set-appliance.ts';

type Spec = ApplianceDescription['spec'];
interface Props {
  readonly host: number;
  readonly spec: Spec;
  readonly onClose: () => void;
}

/** Settings without those that are nothing. */
function withSettings(spec: Spec, more: Readonly<Record<string, unknown>>): Spec {
  const entries = Object.entries({ ...spec, ...more }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Spec;
}

export function ApplianceDialog({ host, spec, onClose }: Props) {
  const { t } = useTranslation();
  const { act } = useEdit();
  const isRouter = spec.kind === 'router';
  const [interfaces, setInterfaces] = useState(() => interfacesText(spec));
  const [routes, setRoutes] = useState(() => routesText(spec));
  const [relay, setRelay] = useState(String(spec['relay'] ?? ''));
  const [reversePath, setReversePath] = useState(spec['reversePath'] !== false);
  const [ofInterfaces, ofRoutes] = [interfacesIn(interfaces), routesIn(routes)];
  const wrongIn = (read: Read<unknown>): string | undefined =>
    'wrong' in read ? t('router.wrongLine', { line: read.wrong }) : undefined;
  const wrong = wrongIn(ofRoutes) ?? (isRouter ? wrongIn(ofInterfaces) : undefined);

  const set = async (): Promise<void> => {
    if ('wrong' in ofRoutes || 'wrong' in ofInterfaces) return;
    const appliance = withSettings(
      spec,
      isRouter
        ? {
            ...{ interfaces: ofInterfaces.found, routes: ofRoutes.found, reversePath },
            relay: relay.trim() === '' ? undefined : relay.trim(),
          }
        : { routes: ofRoutes.found.length === 0 ? undefined : ofRoutes.found },
    );
    if (await act(applianceDeed(host, spec, appliance))) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong === undefined) void set();
  };
  const rows = { minRows: 2, maxRows: 10 };
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t('router.editOf', { name: spec.name })}
      closeLabel={t('common.close')}
    >
      <form className={layout['stack']} onSubmit={onSubmit} noValidate>
        {isRouter ? (
          <>
            <p className={texts['quiet']}>{t('router.hint.interfaces')}</p>
            <LinesField
              {...rows}
              label={t('router.interfaces')}
              value={interfaces}
              onChange={setInterfaces}
              placeholder="eth0 lan 10 10.0.10.1/24"
              error={wrongIn(ofInterfaces)}
            />
          </>
        ) : null}
        <p className={texts['quiet']}>{t(isRouter ? 'router.hint.routes' : 'router.hint.gatewayRoutes')}</p>
        <LinesField
          {...rows}
          label={t('router.routes')}
          value={routes}
          onChange={setRoutes}
          placeholder={isRouter ? '0.0.0.0/0 10.0.0.1' : '10.0.10.0/24 10.0.0.2'}
          error={wrongIn(ofRoutes)}
        />
        {isRouter ? (
          <>
            <TextInput
              label={t('router.relay')}
              description={t('router.hint.relay')}
              value={relay}
              onChange={(event) => setRelay(event.currentTarget.value)}
              placeholder="10.0.0.1"
              autoComplete="off"
              spellCheck={false}
            />
            <Switch
              size="xs"
              label={t('router.hint.reversePath')}
              checked={reversePath}
              onChange={(event) => setReversePath(event.currentTarget.checked)}
            />
          </>
        ) : null}
        <p className={texts['quiet']}>{t('router.anew')}</p>
        <div className={layout['row-end']}>
          <Button type="submit" disabled={wrong !== undefined}>
            {t('port.set')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
