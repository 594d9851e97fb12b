/** The way through the page: the views of the lab, hosts and their VMs; at the bottom on a phone. */
import { useTranslation } from 'react-i18next';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import { Icon, type IconName } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import hint from '../kit/scroll-hint.module.css';
import { useScrollHint } from '../kit/scroll-hint.ts';
import { Swatch } from '../kit/swatch.tsx';
import texts from '../kit/texts.module.css';
import { vmColor } from '../parts/palette.ts';
import { StateSign } from '../parts/state-badge.tsx';
import { useChoices } from '../state/choices.ts';
import { hostRoute, labRoute, type Route, viewOf, viewsOf, vmRoute } from '../state/routes.ts';
import css from './navigation.module.css';
import { useViews } from './views.tsx';

interface ItemProps {
  readonly to: Route;
  readonly icon: IconName;
  readonly label: string;
  readonly current: boolean;
}

function Item({ to, icon, label, current }: ItemProps) {
  return (
    <button
      type="button"
      className={css['item']}
      aria-current={current ? 'page' : undefined}
      onClick={() => useChoices.getState().go(to)}
    >
      <Icon name={icon} />
      <span className={`${texts['name']} ${layout['grow']}`} title={label}>
        {label}
      </span>
    </button>
  );
}

interface Props {
  readonly lab: LabDescription;
  readonly route: Route;
}

/** The views of the lab. */
function LabItems({ route }: Pick<Props, 'route'>) {
  const { t } = useTranslation();
  const views = viewsOf(useViews(), 'lab');
  return views.map(({ id, icon, title }) => (
    <Item
      key={id}
      to={labRoute(id)}
      icon={icon}
      label={t(title)}
      current={route.place === 'lab' && viewOf(views, route).id === id}
    />
  ));
}

/** A host and its VMs; the views of each are on its page. */
function HostItems({
  index,
  host,
  route,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly route: Route;
}) {
  const isOfHost = route.place !== 'lab' && route.host === index;
  return (
    <div className={css['host']}>
      <Item
        to={hostRoute(index)}
        icon="server"
        label={host.name}
        current={isOfHost && route.place === 'host'}
      />
      <div className={css['vms']}>
        {host.vms.map((vm) => {
          const { name } = vm.spec;
          return (
            <button
              type="button"
              key={name}
              className={css['item']}
              aria-current={isOfHost && route.place === 'vm' && route.vm === name ? 'page' : undefined}
              onClick={() => useChoices.getState().go(vmRoute(index, name))}
            >
              <Swatch color={vmColor(vm.slot)} />
              <span className={`${texts['name']} ${layout['grow']}`} title={name}>
                {name}
              </span>
              <StateSign state={vm.state} />
            </button>
          );
        })}
      </div>
    </div>
  );
}

export function Navigation({ lab, route }: Props) {
  const { t } = useTranslation();
  const place = useScrollHint<HTMLElement>();
  return (
    <nav ref={place} className={`${css['nav']} ${hint['hint']}`} aria-label={t('nav.label')}>
      <LabItems route={route} />
      {lab.hosts.map((host, index) => (
        <HostItems key={host.name} index={index} host={host} route={route} />
      ))}
    </nav>
  );
}
