/** What stands between the card and its cable: a transceiver, of which the driver learns whether there is a link (IEEE 802.3 §22.2.4). */

/** Of the addresses that it could have. */
export const PHY_ADDRESS = 1;

const CONTROL = 0;
const STATUS = 1;
const IDENTIFIER_1 = 2;
const IDENTIFIER_2 = 3;
const ADVERTISED = 4;
const PARTNER = 5;

/** 100 Mbit/s, negotiated, full duplex. */
const CONTROL_USUAL = 0x3100;
/** Reset, and starting over: done at once. */
const CONTROL_PASSING = 0x8200;
/** 10 and 100 Mbit/s, both duplexes; it can negotiate; it has these registers. */
const STATUS_ABILITIES = 0x7809;
const STATUS_NEGOTIATED = 0x0024;
const ABILITIES = 0x01e1;
const PARTNER_ABILITIES = 0x45e1;
/** No maker's. */
const IDENTIFIER = 0x0022;

export class Phy {
  control: number = CONTROL_USUAL;
  linkUp = true;

  read(register: number): number {
    switch (register) {
      case CONTROL:
        return this.control;
      case STATUS:
        return STATUS_ABILITIES | (this.linkUp ? STATUS_NEGOTIATED : 0);
      case IDENTIFIER_1:
        return IDENTIFIER;
      case IDENTIFIER_2:
        return 0;
      case ADVERTISED:
        return ABILITIES;
      case PARTNER:
        return this.linkUp ? PARTNER_ABILITIES : 0;
      default:
        return 0;
    }
  }
  write(register: number, value: number): void {
    if (register === CONTROL) this.control = value & 0xffff & ~CONTROL_PASSING;
  }
  reset(): void {
    this.control = CONTROL_USUAL;
  }
}
