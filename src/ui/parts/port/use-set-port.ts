/** Setting stages of a port one after the other. What is refused is told; what was set before it stays. */
import { useCommand } from '../lab.tsx';
import { type PortOf, type StageChange, setStage } from './port-commands.ts';

/** @returns true when all are set */
export function useSetPort(): (of: PortOf, changes: readonly StageChange[]) => Promise<boolean> {
  const command = useCommand();
  return async (of, changes) => {
    for (const change of changes) if (!(await command(of.host, setStage(of, change)))) return false;
    return true;
  };
}
