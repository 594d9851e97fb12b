/** A VM that was suspended to a file goes on here: what is in the file, on which host, what it is called, where its cards go. */
import { Button, FileButton, NativeSelect, TextInput } from '@mantine/core';
import { type DragEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isName, NAME_LENGTH } from '#base/catalogue/names';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { HostDescription } from '#bridge/protocol/answers';
import type { VmFileInfo } from '#bridge/protocol/lab-api';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useClient, useCommand, useFormat, useHostAnswer, useLab } from '../../parts/lab.tsx';
import { readFile } from '../../parts/read-file.ts';
import { useChoices } from '../../state/choices.ts';
import { tell } from '../../state/notices.ts';
import { vmRoute } from '../../state/routes.ts';
import { freeVmName } from './free-vm-name.ts';

/** The name that it had, unless another VM or a switch has it. */
function nameOn(host: HostDescription | undefined, { name }: VmFileInfo): string {
  const isTaken = host?.switches.includes(name) === true || host?.vms.some(({ spec }) => spec.name === name);
  return isTaken === true ? freeVmName(host, name) : name;
}

function Facts({ info }: { readonly info: VmFileInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p>
      {t('resuming.facts', {
        ...{ name: info.name, count: info.vcpus, state: t(`state.${info.state}`) },
        memory: format.bytes(info.memoryBytes),
      })}
    </p>
  );
}

const EVERY_MS = 5000;

/** Why it cannot go on there, where harts of that host lack what its guest may use. */
function useLacking(host: number, { name, extensions }: VmFileInfo): LabError | null {
  const { value } = useHostAnswer(host, 'extensions', {}, EVERY_MS);
  const has = value?.rows.filter((row) => row.has).map((row) => row.name);
  const lacking = has === undefined ? [] : extensions.filter((each) => !has.includes(each));
  if (lacking.length === 0) return null;
  return { code: 'vm.lacksExtensions', data: { vm: name, extensions: lacking.join(', ') } };
}

/** Where it goes on. */
function Place({ info, onClose }: { readonly info: VmFileInfo; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const command = useCommand();
  const hosts = useLab()?.hosts ?? [];
  const [host, setHost] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const switches = hosts[host]?.switches ?? [];
  const fits = info.switches.every((name) => switches.includes(name));
  const [chosen, setChosen] = useState('');
  const to = chosen !== '' && switches.includes(chosen) ? chosen : fits ? '' : (switches[0] ?? '');
  const name = typed ?? nameOn(hosts[host], info);
  const lacking = useLacking(host, info);
  const resume = async (): Promise<void> => {
    const args = { vm: name, file: info.file, hash: info.hash, ...(to === '' ? {} : { switch: to }) };
    if (!(await command(host, { op: 'vm.moveIn', args }))) return;
    tell('resuming.done', { name });
    onClose();
    useChoices.getState().go(vmRoute(host, name));
  };
  return (
    <form
      className={layout['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isName(name)) void resume();
      }}
    >
      <Facts info={info} />
      {hosts.length < 2 ? null : (
        <NativeSelect
          label={t('create.host')}
          value={String(host)}
          onChange={(event) => setHost(Number(event.currentTarget.value))}
          data={hosts.map((each, index) => ({ value: String(index), label: each.name }))}
        />
      )}
      <TextInput
        label={t('create.name')}
        value={name}
        maxLength={NAME_LENGTH}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isName(name) ? undefined : t('create.wrong.name', { most: NAME_LENGTH })}
        autoComplete="off"
        spellCheck={false}
      />
      {info.switches.length === 0 ? null : (
        <NativeSelect
          label={t('resuming.switch')}
          value={to}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={[
            ...(fits
              ? [{ value: '', label: t('resuming.sameSwitch', { name: info.switches.join(', ') }) }]
              : []),
            ...switches.map((each) => ({ value: each, label: each })),
          ]}
        />
      )}
      <ErrorAlert error={lacking} />
      <div className={layout['row-end']}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={!isName(name) || lacking !== null} data-autofocus>
          {t('resuming.do')}
        </Button>
      </div>
    </form>
  );
}

interface Props {
  readonly onClose: () => void;
  /** Given already: it was dropped on the page. */
  readonly file?: File | undefined;
}

export default function ResumeDialog({ onClose, file: given }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const [info, setInfo] = useState<VmFileInfo | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [busy, setBusy] = useState(false);
  const take = async (file: File | null | undefined): Promise<void> => {
    if (file === null || file === undefined) return;
    setInfo(null);
    setError(null);
    setBusy(true);
    const read = await readFile(file);
    const answer = read.ok ? await client.calls.addVmFile(file.name, read.value).catch(failureOf) : read;
    setBusy(false);
    if (answer.ok) setInfo(answer.value);
    else setError(read.ok ? { ...answer.error, where: file.name } : answer.error);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken once, when the dialog opens
  useEffect(() => void take(given), []);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <Dialog opened onClose={onClose} title={t('resume.title')} closeLabel={t('common.close')}>
      <div className={layout['stack']}>
        <form className={layout['stack']} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
          <p className={texts['quiet']}>{t('resuming.text')}</p>
          <FileButton onChange={(file) => void take(file)}>
            {(props) => (
              <Button variant="default" loading={busy} {...props}>
                {t('resuming.choose')}
              </Button>
            )}
          </FileButton>
        </form>
        <ErrorAlert error={error} />
        {info === null ? null : <Place key={`${info.file} ${info.hash}`} info={info} onClose={onClose} />}
      </div>
    </Dialog>
  );
}
