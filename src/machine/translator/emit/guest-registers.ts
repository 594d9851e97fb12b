/** Which x registers of the guest an instruction needs. */
import type { Decoded } from '#isa/decode';
import type { Instruction } from '#isa/instructions';
import type { Expression } from '#isa/semantics';

type Field = 'rs1' | 'rs2' | 'rd';

/** Of each instruction that was asked for. */
const known: Map<Instruction, readonly Field[]> = new Map();

/** Fields that name x registers that an instruction reads or writes. */
function fieldsOf(instruction: Instruction): readonly Field[] {
  let fields = known.get(instruction);
  if (fields === undefined) {
    fields = usedBy(instruction);
    known.set(instruction, fields);
  }
  return fields;
}

function usedBy({ effect }: Instruction): Field[] {
  const used: Field[] = [];
  const add = (e: Expression): void => {
    switch (e.kind) {
      case 'x':
        used.push(e.field);
        return;
      case 'binary':
      case 'compare':
        add(e.a);
        add(e.b);
        return;
      case 'unary':
      case 'word':
      case 'unsignedWord':
        add(e.a);
        return;
      case 'pure':
        e.args.forEach(add);
        return;
      default:
    }
  };
  switch (effect.kind) {
    case 'set':
      add(effect.value);
      used.push('rd');
      break;
    case 'load':
      add(effect.address);
      if (effect.into === 'x') used.push('rd');
      break;
    case 'float':
    case 'call':
      effect.args.forEach(add);
      if (effect.into === 'x') used.push('rd');
      break;
    case 'store':
      add(effect.address);
      add(effect.value);
      break;
    case 'branch':
      add(effect.a);
      add(effect.b);
      break;
    case 'jump':
      used.push('rd');
      break;
    case 'jumpRegister':
      used.push('rs1', 'rd');
      break;
    default:
  }
  return used;
}

/** Names the x registers that an instruction reads or writes, without x0. */
export function eachRegister(decoded: Decoded, each: (register: number) => void): void {
  for (const field of fieldsOf(decoded.instruction)) if (decoded[field] !== 0) each(decoded[field]);
}
