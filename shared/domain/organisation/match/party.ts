/** What the matcher reads of an organisation. Any object with these fields will do. */
export interface Party {
  readonly id?: string | undefined;
  readonly name: string;
  /** The id of a place, such as `guangzhou`. */
  readonly place?: string | undefined;
  readonly english?: string | undefined;
  readonly chinese?: string | undefined;
  readonly traditional?: string | undefined;
  readonly pinyin?: string | undefined;
  readonly abbreviations?: readonly string[] | undefined;
  readonly formerNames?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly ror?: string | undefined;
  readonly companiesHouse?: string | undefined;
  readonly creditCode?: string | undefined;
  /** The id of the organisation that it is part of. */
  readonly parent?: string | undefined;
}

/** The registers in which organisations have a number. */
export const REGISTERS = {
  ror: 'ROR',
  companiesHouse: 'Companies House',
  creditCode: 'Unified Social Credit Code',
} as const;
export type Register = keyof typeof REGISTERS;
