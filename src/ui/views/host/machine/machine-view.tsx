/** The machine: a vCPU's code step by step with its registers, stack and memory, breakpoints, and what harts, TLBs, exits and translator do. */
import { NativeSelect } from '@mantine/core';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Breakpoint, Hex64, HostDescription, StopReport } from '#bridge/protocol/answers';
import type { VcpuBack } from '#bridge/protocol/keeping';
import type { StepUnit } from '#bridge/protocol/lab-api';
import { useGoingBack } from '../../../dialogs/going-back/use-going-back.ts';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useSame } from '../../../kit/use-same.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useRunning, useStep, useStop } from '../../../parts/lab.tsx';
import { NOW } from '../../../parts/space-picker.tsx';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { hostRoute, type Parameters, type Route } from '../../../state/routes.ts';
import type { HostViewProps } from '../../view.ts';
import { BreakpointsSection } from './breakpoints-section.tsx';
import { CodeSection } from './code-section.tsx';
import { FiguresSection } from './figures-section.tsx';
import css from './machine-view.module.css';
import { MemoryCard } from './memory-card.tsx';
import type { PlaceActions } from './pointer-link.tsx';
import { RegistersCard } from './registers-card.tsx';
import { SpeedChart } from './speed-chart.tsx';
import { StackCard } from './stack-card.tsx';
import { StepControls } from './step-controls.tsx';
import { useBreakpoints } from './use-breakpoints.ts';
import { PastSpeeds, useCourse } from './use-figures.ts';

const CODE_EVERY_MS = 500;
const FIGURES_EVERY_MS = 1000;

/** A vCPU of the host. */
interface Chosen {
  readonly vm: string;
  readonly vcpu: number;
}

/** The vCPU that is looked at: the one of the address, or that the lab stands at, or the first that runs. */
function chosenOf(
  host: HostDescription,
  asked: Parameters,
  stoppedIn: StopReport | undefined,
): Chosen | undefined {
  const name = asked['vm'];
  const named = host.vms.find(({ spec }) => spec.name === (name ?? stoppedIn?.vm));
  const vm = named ?? host.vms.find(({ state }) => state === 'running') ?? host.vms[0];
  if (vm === undefined) return undefined;
  const wanted = name === undefined ? stoppedIn?.vcpu : Number(asked['vcpu'] ?? 0);
  const vcpu = named === undefined ? 0 : (wanted ?? 0);
  return { vm: vm.spec.name, vcpu: Math.min(vcpu, vm.spec.vcpus - 1) };
}

/** What is looked at of a vCPU. */
interface Look {
  /** Code at an address; undefined: wherever pc is. */
  readonly at?: Hex64 | undefined;
  /** Memory at an address; undefined: none yet. */
  readonly mem?: Hex64 | undefined;
  /** In which address space; undefined: where the vCPU is. */
  readonly space?: string | undefined;
}

/** The route to a vCPU's code and memory. */
function codeRoute(host: number, { vm, vcpu }: Chosen, look: Look): Route {
  const said = Object.entries(look).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return hostRoute(host, 'machine', { vm, vcpu: String(vcpu), ...Object.fromEntries(said) });
}

function VcpuOfHost({
  index,
  host,
  chosen,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly chosen: Chosen;
}) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      size="xs"
      aria-label={t('vm.vcpu')}
      value={`${chosen.vm} ${chosen.vcpu}`}
      onChange={(event) => {
        const [vm = '', vcpu = '0'] = event.currentTarget.value.split(' ');
        useChoices.getState().go(codeRoute(index, { vm, vcpu: Number(vcpu) }, {}));
      }}
      data={host.vms.flatMap(({ spec }) =>
        Array.from({ length: spec.vcpus }, (_, vcpu) => ({
          value: `${spec.name} ${vcpu}`,
          label: `${spec.name}, vCPU ${vcpu}`,
        })),
      )}
    />
  );
}

interface WorkProps {
  readonly index: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly state: string | undefined;
  readonly at: Hex64 | undefined;
  readonly mem: Hex64 | undefined;
  readonly space: string | undefined;
  readonly stop: StopReport | undefined;
  readonly breakpoints: readonly Breakpoint[] | undefined;
  /** Every cause of exits that there is. */
  readonly reasons: readonly string[];
  readonly askFigures: () => void;
}

/** Where a stop is, as one word. */
function placeOf(stop: StopReport | undefined): string {
  return stop === undefined ? '' : `${stop.at} ${stop.vm} ${stop.vcpu} ${stop.pc}`;
}

/** What a person works with. Figures that come in meanwhile are none of its affair. */
const Work = memo(function Work(props: WorkProps) {
  const { index, vm, vcpu, state, at, mem, space, stop, reasons, askFigures } = props;
  const client = useClient();
  const running = useRunning();
  const step = useStep();
  const where = placeOf(stop);
  const code = useAnswer(
    () => client.ask(index, 'code', { vm, vcpu, ...(at === undefined ? {} : { address: at }) }),
    CODE_EVERY_MS,
    [index, vm, vcpu, at, where, running, state],
    { changedBy: 'guests' },
  );
  const moment = `${where} ${running} ${state}`;
  const ofVcpu = [index, vm, vcpu, moment];
  const registers = useAnswer(() => client.ask(index, 'registers', { vm, vcpu }), CODE_EVERY_MS, ofVcpu, {
    changedBy: 'guests',
  });
  const stack = useAnswer(() => client.ask(index, 'stack', { vm, vcpu }), CODE_EVERY_MS, ofVcpu, {
    changedBy: 'guests',
  });
  // What it waits for is said of a lab that stands: of one that runs it is another thing at once.
  const wait = useAnswer(
    running ? null : () => client.ask(index, 'wait', { vm, vcpu }),
    CODE_EVERY_MS,
    ofVcpu,
  );
  const askAgain = (): void => {
    askFigures();
    for (const { ask } of [code, registers, stack, wait]) ask();
  };
  const breakpoints = useBreakpoints(index, props.breakpoints, askFigures);

  const { go } = useChoices.getState();
  const show = (change: Look, how?: 'replace'): void =>
    go(codeRoute(index, { vm, vcpu }, { at, mem, space, ...change }), how);
  const actions: PlaceActions = {
    toMemory: (address) => show({ mem: address }),
    toCode: (address) => show({ at: address }),
  };
  const onStep = (unit: StepUnit): void => {
    // What a step has done is at pc.
    if (at !== undefined) show({ at: undefined }, 'replace');
    void step({ host: index, unit, vm, vcpu }).then(askAgain);
  };
  const { share, go: goBack } = useGoingBack();
  const onBack = async (back: VcpuBack): Promise<void> => {
    if (share !== null) return;
    const there = await goBack({ kind: 'vcpu', host: index, vm, vcpu, back });
    if (there === null) return;
    if (at !== undefined) show({ at: undefined }, 'replace');
    askAgain();
  };
  const runTo = async (address: string): Promise<void> => {
    const begun = await client.calls.runToAddress({ host: index, vm }, address);
    if (!begun.ok) tellError(begun.error);
  };

  // When the lab comes to stand, the page goes there; a person may look elsewhere after that.
  const latest = useRef<Look>({});
  latest.current = { mem, space };
  const seen = useRef(where);
  useEffect(() => {
    if (seen.current === where) return;
    seen.current = where;
    if (stop === undefined) return;
    // What is looked at besides stays in sight, where it is of the same VM.
    go(codeRoute(index, stop, stop.vm === vm ? latest.current : {}), 'replace');
  }, [where, stop, index, vm, go]);

  return (
    <div className={css['work']}>
      <div className={layout['stack']}>
        <StepControls
          view={code.value}
          stop={stop}
          waitsFor={running ? undefined : wait.value?.waitsFor}
          onStep={onStep}
          breakpoints={breakpoints.list}
          share={share}
          onBack={(back) => void onBack(back)}
        />
        <CodeSection
          vmRef={{ host: index, vm }}
          answer={code}
          at={at}
          onGo={(address) => show({ at: address })}
          onRunTo={(address) => runTo(address).catch(tellFailure)}
          breakpoints={breakpoints}
        />
        <BreakpointsSection
          host={index}
          vm={vm}
          space={code.value?.space}
          reasons={reasons}
          stop={stop}
          breakpoints={breakpoints}
          onBack={(breakpoint) => void onBack({ kind: 'stop', breakpoints: [breakpoint] })}
          onGo={(name, address) =>
            name === vm ? show({ at: address }) : go(codeRoute(index, { vm: name, vcpu: 0 }, { at: address }))
          }
        />
        <SpeedChart />
      </div>
      <div className={layout['stack']}>
        <RegistersCard host={index} vm={vm} vcpu={vcpu} answer={registers} actions={actions} />
        <StackCard of={`${index} ${vm} ${vcpu}`} answer={stack} actions={actions} />
        <MemoryCard
          host={index}
          vm={vm}
          vcpu={vcpu}
          at={mem}
          space={space ?? NOW}
          moment={moment}
          onLastWrite={(address, length) =>
            void onBack({
              kind: 'stop',
              breakpoints: [{ kind: 'watch', vm, address, length, access: 'write' }],
            })
          }
          onSpace={(next) => show({ space: next === NOW ? undefined : next })}
          actions={actions}
        />
      </div>
    </div>
  );
});

interface MachineProps {
  readonly index: number;
  readonly host: HostDescription;
  readonly chosen: Chosen;
  readonly look: Look;
}

function Machine({ index, host, chosen: { vm, vcpu }, look: { at, mem, space } }: MachineProps) {
  const { t } = useTranslation();
  const client = useClient();
  const running = useRunning();
  const anyStop = useStop();
  const stop = useSame(anyStop?.host === index ? anyStop : undefined);
  const answer = useAnswer(() => client.ask(index, 'machine', {}), FIGURES_EVERY_MS, [
    index,
    placeOf(stop),
    running,
  ]);
  const { value, error, ask } = answer;
  const { state, figures, past } = useCourse(answer);
  return (
    <>
      <PastSpeeds value={past}>
        <Work
          {...{ index, vm, vcpu, at, mem, space, stop }}
          state={host.vms.find(({ spec }) => spec.name === vm)?.state}
          breakpoints={useSame(value?.breakpoints)}
          reasons={useSame(value?.exits.map(({ reason }) => reason) ?? [])}
          askFigures={ask}
        />
      </PastSpeeds>
      <h3>{t('machine.figures')}</h3>
      <ErrorAlert error={error} />
      {state === null || figures === null ? null : <FiguresSection state={state} figures={figures} />}
    </>
  );
}

export default function MachineView({ index, host, parameters }: HostViewProps) {
  const { t } = useTranslation();
  const stop = useStop();
  const chosen = chosenOf(host, parameters, stop?.host === index ? stop : undefined);
  const { vm: wanted, ...look } = parameters;
  return (
    <div className={layout['sections']}>
      <div className={layout['row-wrap']}>
        {chosen === undefined ? null : <VcpuOfHost index={index} host={host} chosen={chosen} />}
        <span className={texts['quiet']}>{t('machine.intro')}</span>
      </div>
      {wanted !== undefined && chosen?.vm !== wanted ? (
        <ErrorAlert error={{ code: 'no-such-vm', data: { vm: wanted } }} />
      ) : null}
      {chosen === undefined ? (
        <p className={texts['quiet']}>{t('topology.noVm')}</p>
      ) : (
        <Machine index={index} host={host} chosen={chosen} look={look} />
      )}
    </div>
  );
}
