/**
 * Whole numbers in as few bytes as they need: seven bits a byte, the low ones first, the eighth set where more follow (LEB128).
 * Signed ones are folded first, 0 -1 1 -2 → 0 1 2 3, so that small ones of either sign are short.
 */
export class Packer {
  readonly #bytes: number[] = [];

  /** A whole number from 0. */
  unsigned(value: number | bigint): this {
    let rest = BigInt(value);
    if (rest < 0n) throw new RangeError(`${value} is below zero.`);
    while (rest > 0x7fn) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
    return this;
  }

  signed(value: number | bigint): this {
    const whole = BigInt(value);
    return this.unsigned(whole < 0n ? -2n * whole - 1n : 2n * whole);
  }

  raw(bytes: Iterable<number>): this {
    this.#bytes.push(...bytes);
    return this;
  }

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  unsignedBig(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('Packed figures end too early.');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  signedBig(): bigint {
    const folded = this.unsignedBig();
    return folded & 1n ? -(folded + 1n) / 2n : folded / 2n;
  }

  unsigned(): number {
    return Number(this.unsignedBig());
  }

  signed(): number {
    return Number(this.signedBig());
  }

  raw(length: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new RangeError('Packed figures end too early.');
    this.#at += length;
    return bytes;
  }
}
