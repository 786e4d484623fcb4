/** A whole number below this fits the arithmetic of bits, which is many times as fast as that of big integers. */
const FAST = 2 ** 31;
/** Bytes that there is room for at first. */
const ROOM = 64;
/** So many bytes of seven bits are at most 2^49. */
const EXACT_BYTES = 7;

/**
 * Whole numbers in as few bytes as they need: seven bits a byte, the low ones first, the eighth set where more follow (LEB128).
 * Signed ones are folded first, 0 -1 1 -2 → 0 1 2 3, so that small ones of either sign are short.
 */
export class Packer {
  #bytes = new Uint8Array(ROOM);
  #length = 0;

  /** A whole number from 0. */
  unsigned(value: number | bigint): this {
    if (value < 0) throw new RangeError(`${value} is below zero.`);
    if (value < FAST) {
      let rest = Number(value);
      for (; rest > 0x7f; rest >>>= 7) this.#push((rest & 0x7f) | 0x80);
      this.#push(rest);
      return this;
    }
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) this.#push(Number(rest & 0x7fn) | 0x80);
    this.#push(Number(rest));
    return this;
  }

  signed(value: number | bigint): this {
    if (value < FAST / 2 && value > -FAST / 2) {
      const small = Number(value);
      return this.unsigned(small < 0 ? -2 * small - 1 : 2 * small);
    }
    const whole = BigInt(value);
    return this.unsigned(whole < 0n ? -2n * whole - 1n : 2n * whole);
  }

  raw(bytes: Uint8Array): this {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Text in UTF-8, after its length. */
  text(text: string): this {
    const bytes = Buffer.from(text, 'utf8');
    return this.unsigned(bytes.length).raw(bytes);
  }

  get length(): number {
    return this.#length;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #push(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = byte;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
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

  /** A whole number of any length. */
  unsignedBig(): bigint {
    // As long as seven bytes are enough it is a number, which is many times as fast.
    const end = this.#at + EXACT_BYTES;
    for (let at = this.#at; at < end && at < this.#bytes.length; at++)
      if ((this.#bytes[at] as number) < 0x80) return BigInt(this.unsigned());
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#next();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  signedBig(): bigint {
    const folded = this.unsignedBig();
    return folded & 1n ? -(folded + 1n) / 2n : folded / 2n;
  }

  /** A number that fits one: up to 2^53. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#next();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const folded = this.unsigned();
    return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  }

  raw(length: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new RangeError('Packed figures end too early.');
    this.#at += length;
    return bytes;
  }

  text(): string {
    return Buffer.from(this.raw(this.unsigned())).toString('utf8');
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.raw(this.#bytes.length - this.#at);
  }

  #next(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('Packed figures end too early.');
    return byte;
  }
}
