import { describe, expect, test } from 'vitest';
import { CHARTS_PATTERN } from './charts-pattern.ts';
import {
  chartsAsText,
  chartsIn,
  type DashboardChart,
  MOST_CHARTS,
  moved,
  USUAL_CHARTS,
} from './dashboard.ts';

const ONE: DashboardChart = {
  ...{
    host: 1,
    metric: 'port-bytes-in',
    of: 'lan/web/0',
    seconds: 0,
    resolution: 'fine',
    statistic: 'maximum',
  },
  ...{ isStacked: false, isWide: true },
};

describe('a dashboard in an address', () => {
  test('is read as it was written, and all that is written has the form of the parameter', () => {
    const all = [ONE, ...USUAL_CHARTS];
    const text = chartsAsText(all)!;
    expect(text.startsWith('1_port-bytes-in_lan/web/0_0_m_m_w*0_cpu__s_a_a_s*')).toBe(true);
    expect(text).toMatch(CHARTS_PATTERN);
    expect(chartsIn(text)).toEqual(all);
    expect(chartsAsText([])).toBeUndefined();
    expect(chartsIn(undefined)).toEqual([]);
  });

  test('has no more charts than may be, and what cannot be read is left out', () => {
    const many = Array.from({ length: 40 }, () => ONE);
    expect(chartsIn(chartsAsText(many))).toHaveLength(MOST_CHARTS);
    expect(chartsIn(Array.from({ length: 40 }, () => '0_cpu__s_a_a_').join('*'))).toHaveLength(MOST_CHARTS);
    for (const wrong of [
      ...['', '0', '99_cpu__s_a_a_', '0_CPU__s_a_a_', '0_cpu__7_a_a_', '0_cpu__s_x_a_', '0_cpu__s_a_z_'],
      ...['0_cpu__s_a_a_ws', '0_cpu__s_a_a__', '0_cpu__s_constructor_a_', '0_cpu_<b>_s_a_a_'],
    ])
      expect(chartsIn(wrong)).toEqual([]);
    expect(chartsIn('nonsense*0_cpu__10_a_a_')).toMatchObject([{ metric: 'cpu', seconds: 10 }]);
  });

  test('keeps all charts when one is moved, and none leaves it at its ends', () => {
    const names = (charts: readonly DashboardChart[]) => charts.map(({ metric }) => metric).join();
    expect(names(moved(USUAL_CHARTS, 0, 1))).toBe('memory,cpu,net-tx,host-guests');
    expect(names(moved(USUAL_CHARTS, 3, -1))).toBe('cpu,memory,host-guests,net-tx');
    expect(moved(USUAL_CHARTS, 0, -1)).toBe(USUAL_CHARTS);
    expect(moved(USUAL_CHARTS, 3, 1)).toBe(USUAL_CHARTS);
  });
});
