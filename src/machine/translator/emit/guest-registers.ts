/** Which x registers of the guest an instruction needs. */
import type { Decoded } from '#isa/decode';
import type { Expression } from '#isa/semantics';

/** x registers that an instruction reads or writes, without x0. */
export function registersOf(fields: Decoded): number[] {
  const { effect } = fields.instruction;
  const used: number[] = [];
  const add = (e: Expression): void => {
    switch (e.kind) {
      case 'x':
        used.push(fields[e.field]);
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
      used.push(fields.rd);
      break;
    case 'load':
      add(effect.address);
      if (effect.into === 'x') used.push(fields.rd);
      break;
    case 'float':
    case 'call':
      effect.args.forEach(add);
      if (effect.into === 'x') used.push(fields.rd);
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
      used.push(fields.rd);
      break;
    case 'jumpRegister':
      used.push(fields.rs1, fields.rd);
      break;
    default:
  }
  return used.filter((register) => register !== 0);
}
