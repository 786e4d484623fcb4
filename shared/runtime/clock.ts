/** The time, as milliseconds since 1970: an argument wherever a rule needs it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** An instant in UTC to the millisecond, the one form in which instants are kept. */
export const toInstant = (milliseconds: number): string => new Date(milliseconds).toISOString();
